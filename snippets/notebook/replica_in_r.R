library(wmfdata)

edits <- mysql_read("
  SELECT rev_timestamp, rev_minor_edit, rev_len
  FROM revision
  WHERE rev_timestamp >= '[[[ digits_after ]]]01000000'
    AND rev_timestamp < '[[[ digits_after ]]]02000000'
", "cswiki")

edits$time <- from_mediawiki(edits$rev_timestamp)
table(format(edits$time, "%H"), edits$rev_minor_edit)
