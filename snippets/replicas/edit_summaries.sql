SELECT
  rev_minor_edit,
  COUNT(*) AS edits,
  COUNT(NULLIF(comment_text, '')) AS edits_with_summary
FROM revision
JOIN comment ON comment_id = rev_comment_id
WHERE rev_timestamp >= '[[[ digits_after ]]]01000000'
GROUP BY rev_minor_edit;
