"""Stands in for Hadoop's hdfs: `dfs` with `-ls`, `-du`, `-put`, `-get`, `-rm`, and their output.

Behind it is a folder of the stat host, and no HDFS; like the real one it wants a Kerberos ticket.
"""

from __future__ import annotations

import argparse
import os
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path("/srv/hdfs")
#: HDFS keeps each block three times.
COPIES = 3
NO_TICKET = (
    "Failed on local exception: java.io.IOException: javax.security.sasl.SaslException: "
    "GSS initiate failed [Caused by GSSException: No valid credentials provided "
    "(Mechanism level: Failed to find any Kerberos tgt)]"
)


def size(count: int, human: bool) -> str:
    """Return `count` bytes as Hadoop prints them (StringUtils.TraditionalBinaryPrefix)."""
    if not human or count < 1024:
        return str(count)
    unit = min((count.bit_length() - 1) // 10, 6)
    whole, rest = divmod(count, 1024**unit)
    return f"{count / 1024**unit:.1f} {' KMGTPE'[unit]}" if rest else f"{whole} {' KMGTPE'[unit]}"


def total(path: Path) -> int:
    """Return the bytes of the file `path`, or of all files in the folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())


def listed(found: dict[str, Path], human: bool) -> Iterator[str]:
    """Yield what `-ls` prints of `found`: the names that the reader knows, and their files."""
    user = os.environ["USER"]
    counts = {name: 0 if path.is_dir() else path.stat().st_size for name, path in found.items()}
    sizes = {name: size(count, human) for name, count in counts.items()}
    width = max([10, *map(len, sizes.values())])
    for name, path in found.items():
        about, copies = path.stat(), "-" if path.is_dir() else COPIES
        when = time.strftime("%Y-%m-%d %H:%M", time.gmtime(about.st_mtime))
        mode = stat.filemode(about.st_mode)
        yield f"{mode} {copies:>3} {user} {user} {sizes[name]:>{width}} {when} {name}"


def used(found: dict[str, Path], human: bool) -> Iterator[str]:
    """Yield what `-du` prints of `found`: the sizes once, and with all copies."""
    counts = {name: total(path) for name, path in found.items()}
    rows = [(size(n, human), size(n * COPIES, human), name) for name, n in counts.items()]
    once, copied = (max((len(row[column]) for row in rows), default=0) for column in (0, 1))
    for row in rows:
        yield f"{row[0]:<{once}}  {row[1]:<{copied}}  {row[2]}"


def copied(source: Path, target: Path, asked: argparse.Namespace) -> int:
    """Copy a file into the folder of the reader's own in HDFS, or out of HDFS to here."""
    if not source.is_file():
        print(f"{asked.command}: `{asked.path}': No such file or directory", file=sys.stderr)
        return 1
    if target.exists() and not asked.force:
        print(f"{asked.command}: `{target.name}': File exists", file=sys.stderr)
        return 1
    shutil.copyfile(source, target)
    return 0


def removed(path: Path, home: Path, asked: argparse.Namespace) -> int:
    """Remove a file, or move it into the trash of the reader.

    The words are those of Hadoop's Delete.java and TrashPolicyDefault.java.
    """
    if asked.skip_trash:
        path.unlink()
        print(f"Deleted {asked.path}")
        return 0
    trash = home / ".Trash" / "Current" / path.relative_to(ROOT)
    trash.parent.mkdir(parents=True, exist_ok=True)
    path.rename(trash)
    there = [f"/{each.relative_to(ROOT)}" for each in (path, trash)]
    moved = f"Moved: '{there[0]}' to trash at: {there[1]}"
    print(f"INFO fs.TrashPolicyDefault: {moved}", file=sys.stderr)
    return 0


def options() -> argparse.Namespace:
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(prog="hdfs", add_help=False)
    parser.add_argument("dfs", choices=["dfs"])
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("-ls", dest="command", action="store_const", const="ls")
    what.add_argument("-du", dest="command", action="store_const", const="du")
    what.add_argument("-put", dest="command", action="store_const", const="put")
    what.add_argument("-get", dest="command", action="store_const", const="get")
    what.add_argument("-rm", dest="command", action="store_const", const="rm")
    parser.add_argument("-f", dest="force", action="store_true")
    parser.add_argument("-skipTrash", dest="skip_trash", action="store_true")
    parser.add_argument("-h", dest="human", action="store_true")
    parser.add_argument("-s", dest="sum", action="store_true")
    parser.add_argument("path", nargs="?", default="")
    return parser.parse_intermixed_args()


def main() -> int:
    """Carry out the command line; return the exit status."""
    asked = options()
    if subprocess.run(["klist", "-s"], check=False).returncode:
        print(f"{asked.command}: {NO_TICKET}", file=sys.stderr)
        return 1
    home = ROOT / "user" / os.environ["USER"]
    path = ROOT / asked.path.lstrip("/") if asked.path.startswith("/") else home / asked.path
    if asked.command == "put":
        return copied(Path(asked.path), home / Path(asked.path).name, asked)
    if not path.exists():
        print(f"{asked.command}: `{asked.path or '.'}': No such file or directory", file=sys.stderr)
        return 1
    if asked.command == "get":
        return copied(path, Path(path.name), asked)
    if asked.command == "rm":
        return removed(path, home, asked)
    found = {asked.path or ".": path}
    if path.is_dir() and not asked.sum:
        found = {str(Path(asked.path) / file.name): file for file in sorted(path.iterdir())}
        if asked.command == "ls" and found:
            print(f"Found {len(found)} items")
    for line in (listed if asked.command == "ls" else used)(found, asked.human):
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
