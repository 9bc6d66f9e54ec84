[[% if system == "macos" %]]
grep -qs wmf_tunnels ~/.zshrc || echo '. ~/.wmf_tunnels.bash' >> ~/.zshrc
[[% else %]]
grep -qs wmf_tunnels ~/.bashrc || echo '. ~/.wmf_tunnels.bash' >> ~/.bashrc
[[% endif %]]
