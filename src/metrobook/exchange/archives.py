"""Archives from elsewhere, opened without trusting them: bounded in size, count and ratio."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Self

from metrobook.exchange.project import ForeignFileError

MOST_MEMBERS = 20_000
LONGEST_DIRECTORY = 16 * 1024**2
LARGEST_MEMBER = 256 * 1024**2
MOST_BYTES = 256 * 1024**2
HIGHEST_RATIO = 200
HIGHEST_RATIO_OVERALL = 20
SMALL = 1024**2
CHUNK = 1024**2
READABLE = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
DRIVE = re.compile(r"[A-Za-z]:")


class Archive:
    """A ZIP archive whose members are read one by one into memory, never onto the disk.

    Films and recordings may be as large as they are, since they are never unpacked; what is
    read, and what could only be there to exhaust a reader, is bounded.

    Parameters
    ----------
    path : pathlib.Path

    Raises
    ------
    ForeignFileError
        If it is not a ZIP archive, is damaged or encrypted, holds a path that leaves the
        archive, a link, the same path twice, too many members, or members that unpack to far
        more than they take.
    """

    def __init__(self, path: Path):
        self.path = path
        self._file: _Frugal | None = None
        try:
            self._file = _Frugal(path)
            self._zip = zipfile.ZipFile(self._file)
        except OSError as error:
            raise self._refused(f"cannot be opened ({error.strerror or error})") from None
        except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
            raise self._refused(f"is not a readable ZIP archive ({error})") from None
        self._members: dict[str, zipfile.ZipInfo] = {}
        self._unread = MOST_BYTES
        self._check(self._zip.infolist())
        self._folded = {name.casefold(): name for name in reversed(self._members)}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    @property
    def names(self) -> list[str]:
        """Paths of all files, with forward slashes, in the order of the archive."""
        return list(self._members)

    def find(self, name: str) -> str | None:
        """Return the path of a member whatever its case, or None.

        An exact match goes before one that differs in upper and lower case.
        """
        wanted = _normal(name)
        return wanted if wanted in self._members else self._folded.get(wanted.casefold())

    def size(self, name: str) -> int:
        """Return how many bytes a member says it unpacks to."""
        return self._members[name].file_size

    def read(self, name: str) -> bytes:
        """Return the bytes of a member.

        Raises
        ------
        ForeignFileError
            If it is damaged, larger than any text, or not of the size the archive says.
        """
        info = self._members[name]
        if info.file_size > LARGEST_MEMBER:
            raise self._refused(f"holds {name!r}, which unpacks to {info.file_size >> 20} MiB")
        self._unread -= info.file_size
        if self._unread < 0:
            raise self._refused(f"holds texts of more than {MOST_BYTES >> 20} MiB")
        try:
            with self._zip.open(info) as stream:
                content = b"".join(iter(lambda: stream.read(CHUNK), b""))
        except (
            zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError,
        ) as error:  # fmt: skip
            raise self._refused(f"holds a damaged member {name!r} ({error})") from None
        if len(content) != info.file_size:
            raise self._refused(f"holds a member {name!r} of another size than it says")
        return content

    def _check(self, infos: list[zipfile.ZipInfo]) -> None:
        if len(infos) > MOST_MEMBERS:
            raise self._refused(f"holds {len(infos):,} members; at most {MOST_MEMBERS:,} are read")
        for info in infos:
            self._check_member(info)
            if not info.is_dir():
                self._members[_normal(info.filename)] = info
        unpacked = sum(info.file_size for info in infos)
        packed = sum(info.compress_size for info in infos)
        if unpacked > max(MOST_BYTES, HIGHEST_RATIO_OVERALL * packed):
            raise self._refused(f"unpacks to {unpacked >> 20:,} MiB, far more than it takes")

    def _check_member(self, info: zipfile.ZipInfo) -> None:
        name = info.filename
        path = PurePosixPath(name.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or DRIVE.match(name):
            raise self._refused(f"holds a path that leaves the archive: {name!r}")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise self._refused(f"holds a link instead of a file: {name!r}")
        if info.flag_bits & 1:
            raise self._refused("is protected by a password: save it without one")
        if info.compress_type not in READABLE:
            raise self._refused(f"compresses {name!r} in a way that is not read: save it again")
        if _normal(name) in self._members:
            raise self._refused(f"holds {name!r} twice")
        if info.file_size > SMALL and info.file_size > HIGHEST_RATIO * max(info.compress_size, 1):
            raise self._refused(f"holds {name!r}, which unpacks to far more than a text would")

    def _refused(self, reason: str) -> ForeignFileError:
        self.close()
        return ForeignFileError(f"{self.path.name} {reason}. Nothing was imported.")


class _Frugal(io.FileIO):
    """A file that is never read in one piece larger than a list of members may be.

    :class:`zipfile.ZipFile` reads its list of members as one piece of the length the file
    claims, before anything can be checked.
    """

    def read(self, size: int | None = -1) -> bytes:
        if size is not None and size > LONGEST_DIRECTORY:
            raise zipfile.BadZipFile("its list of members is too long")
        return super().read(size)


def _normal(name: str) -> str:
    return str(PurePosixPath(name.replace("\\", "/")))
