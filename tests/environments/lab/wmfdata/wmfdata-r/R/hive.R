# Stands in for wmfdata-r's function of the same name, with the same arguments: hands the query to
# the program `hive`, and returns what it prints as a data frame.
query_hive <- function(query, heap_size = 1024, use_nice = TRUE, use_ionice = TRUE,
                       use_beeline = FALSE, debug = FALSE) {
  message("Don't forget to authenticate with Kerberos using kinit")
  asked <- tempfile(fileext = ".hql")
  said <- tempfile()
  on.exit(unlink(c(asked, said)))
  cat(query, file = asked)
  program <- c("hive", "-S", "--hiveconf", "hive.cli.print.header=true")
  if (use_beeline) program <- c("beeline", "--silent=true", "--outputformat=tsv2")
  words <- c(if (use_nice) "nice", if (use_ionice) "ionice", program, "-f", asked)
  limit <- paste0("HADOOP_HEAPSIZE=", heap_size)
  lines <- suppressWarnings(
    system2("env", c(limit, words), stdout = TRUE, stderr = if (debug) "" else said)
  )
  if (!is.null(attr(lines, "status"))) stop(paste(readLines(said), collapse = "\n"))
  utils::read.delim(text = lines, quote = "", na.strings = "NULL")
}
