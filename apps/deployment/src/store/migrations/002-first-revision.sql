-- To a watcher revision 0 means "from the beginning": what completes a snapshot must be a revision to resume from,
-- also where no route has changed yet.
update route_head set revision = 1 where revision = 0;
