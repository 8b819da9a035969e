-- Events that lie anywhere in a log are on a page each: a bitmap scan asks the disk for several of them before it waits.
alter function events_at set enable_bitmapscan = on set enable_indexscan = off;
