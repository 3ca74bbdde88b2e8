"""The rules that clean bars, the account and the feed are held to, and how Great Expectations is asked whether they hold."""
