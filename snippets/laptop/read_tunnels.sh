[[% if system == "macos" %]]
touch ~/.zshrc
grep -q wmf_tunnels ~/.zshrc || echo '. ~/.wmf_tunnels.bash' >> ~/.zshrc
[[% else %]]
touch ~/.bashrc
grep -q wmf_tunnels ~/.bashrc || echo '. ~/.wmf_tunnels.bash' >> ~/.bashrc
[[% endif %]]
