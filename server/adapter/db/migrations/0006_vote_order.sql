-- Votes are ordered by the place in which the database took them; those of before get theirs from their time.
ALTER TABLE "vote" ADD COLUMN "seq" bigint;
--> statement-breakpoint
UPDATE "vote" SET "seq" = "placed"."place" FROM (SELECT "id", row_number() OVER (ORDER BY "at", "id") AS "place" FROM "vote") AS "placed" WHERE "placed"."id" = "vote"."id";
--> statement-breakpoint
ALTER TABLE "vote" ALTER COLUMN "seq" SET NOT NULL;
--> statement-breakpoint
ALTER TABLE "vote" ALTER COLUMN "seq" ADD GENERATED ALWAYS AS IDENTITY (sequence name "vote_seq_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1);
--> statement-breakpoint
SELECT setval('vote_seq_seq', (SELECT coalesce(max("seq"), 0) + 1 FROM "vote"), false);
