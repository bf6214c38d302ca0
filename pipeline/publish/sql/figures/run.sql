-- One row is the run of a publication.
select * from ops.run
