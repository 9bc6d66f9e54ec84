# Stands in for wmfdata-r's function of the same name, with the same arguments; it asks
# `analytics-mysql`, which ends with 0 also where the server refuses.
mysql_read <- function(query, database = NULL, use_x1 = NULL, con = NULL) {
  said <- tempfile()
  on.exit(unlink(said))
  words <- c("--batch", if (isTRUE(use_x1)) "--use-x1", database)
  lines <- suppressWarnings(
    system2("analytics-mysql", words, input = query, stdout = TRUE, stderr = said)
  )
  refused <- grep("^ERROR", readLines(said), value = TRUE)
  if (length(refused) > 0 || !is.null(attr(lines, "status"))) {
    stop(paste(readLines(said), collapse = "\n"))
  }
  rows <- utils::read.delim(
    text = lines, quote = "", na.strings = "NULL", colClasses = "character"
  )
  # The 14 digits of a time are a text, as in the replicas.
  rows[] <- lapply(rows, function(column) {
    if (all(nchar(column) == 14)) column else utils::type.convert(column, as.is = TRUE)
  })
  message(sprintf("Fetched %.0f rows and %.0f columns.", nrow(rows), ncol(rows)))
  rows
}
