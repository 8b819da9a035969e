-- The statements inside are planned once for each connection: planning them anew took half of what a small append takes.
-- Without a scan of the whole table: what is planned while a partition is empty stays when it is not.
alter function append_events set plan_cache_mode = force_generic_plan set enable_seqscan = off;
