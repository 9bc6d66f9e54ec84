"""The tests themselves: planted faults are told, commands work anywhere, nothing escapes."""
