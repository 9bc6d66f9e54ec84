// Hive's MapReduce asks LLAP, Hive's cache in memory, whether it runs inside of it. The jars that
// PySpark brings lack these two classes; this one says no to everything.
package org.apache.hadoop.hive.llap.io.api;

interface LlapIo {}

public class LlapProxy {
  public static boolean isDaemon() { return false; }
  public static void setDaemon(boolean daemon) {}
  public static LlapIo getIo() { return null; }
  public static void initializeLlapIo(org.apache.hadoop.conf.Configuration conf) {}
  public static void close() {}
}
