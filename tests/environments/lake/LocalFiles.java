// Local files whose owners and permissions are read and set by the system's calls. Hadoop's own
// start a program for each (`ls -ld`, `chmod`) where its native library is missing, as it is in the
// jars that PySpark brings: 130 programs for one query of Hive, a fifth of its time.
package lake;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;

public class LocalFiles extends LocalFileSystem {
  public LocalFiles() { super(new Raw()); }

  public static class Raw extends RawLocalFileSystem {
    public void setPermission(Path path, FsPermission permission) throws IOException {
      Files.setAttribute(file(path), "unix:mode", Integer.valueOf(permission.toShort()));
    }

    public FileStatus getFileStatus(Path path) throws IOException {
      FileStatus found = super.getFileStatus(path);
      Map has = Files.readAttributes(file(path), "unix:mode,owner,group");
      int mode = ((Integer) has.get("mode")).intValue() & 07777;
      return new FileStatus(
          found.getLen(), found.isDirectory(), found.getReplication(), found.getBlockSize(),
          found.getModificationTime(), found.getAccessTime(), new FsPermission((short) mode),
          has.get("owner").toString(), has.get("group").toString(), found.getPath());
    }

    private java.nio.file.Path file(Path path) { return pathToFile(path).toPath(); }
  }
}
