CREATE SEQUENCE "object_change_seq";
--> statement-breakpoint
CREATE TABLE "object_change" (
	"at" timestamp with time zone NOT NULL,
	"seq" bigint DEFAULT nextval('object_change_seq') NOT NULL,
	"cluster" text NOT NULL,
	"group" text NOT NULL,
	"kind" text NOT NULL,
	"namespace" text NOT NULL,
	"name" text NOT NULL,
	"uid" text NOT NULL,
	"resource_version" text NOT NULL,
	"generation" bigint,
	"what" text NOT NULL,
	"since" timestamp with time zone,
	"manager" text,
	"managed_at" timestamp with time zone,
	"fields" jsonb NOT NULL,
	"state" jsonb,
	CONSTRAINT "object_change_at_seq_pk" PRIMARY KEY("at","seq")
) PARTITION BY RANGE ("at");
--> statement-breakpoint
CREATE TABLE "recorded_gap" (
	"cluster" text NOT NULL,
	"group" text NOT NULL,
	"kind" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"until" timestamp with time zone NOT NULL,
	CONSTRAINT "recorded_gap_cluster_group_kind_until_pk" PRIMARY KEY("cluster","group","kind","until")
);
--> statement-breakpoint
CREATE TABLE "recorded_kind" (
	"cluster" text NOT NULL,
	"group" text NOT NULL,
	"kind" text NOT NULL,
	"since" timestamp with time zone NOT NULL,
	"vouched_at" timestamp with time zone NOT NULL,
	CONSTRAINT "recorded_kind_cluster_group_kind_pk" PRIMARY KEY("cluster","group","kind")
);
--> statement-breakpoint
CREATE TABLE "recorded_object" (
	"cluster" text NOT NULL,
	"group" text NOT NULL,
	"kind" text NOT NULL,
	"namespace" text NOT NULL,
	"name" text NOT NULL,
	"uid" text NOT NULL,
	"resource_version" text NOT NULL,
	"generation" bigint,
	"state" jsonb NOT NULL,
	CONSTRAINT "recorded_object_cluster_group_kind_namespace_name_pk" PRIMARY KEY("cluster","group","kind","namespace","name")
);
--> statement-breakpoint
CREATE TABLE "recorder_term" (
	"cluster" text PRIMARY KEY NOT NULL,
	"term" bigint NOT NULL
);
--> statement-breakpoint
CREATE INDEX "object_change_object" ON "object_change" USING btree ("cluster","group","kind","namespace","name","at","seq");
--> statement-breakpoint
CREATE TRIGGER recorded_gap_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON recorded_gap FOR EACH STATEMENT EXECUTE FUNCTION vortex_append_only();
--> statement-breakpoint
CREATE TRIGGER object_change_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON object_change FOR EACH STATEMENT EXECUTE FUNCTION vortex_append_only();
--> statement-breakpoint
-- Makes the partition of the month that holds an instant. A key over all partitions would have to hold the time as well, so each has
-- its own: one version of one object stands once. Its triggers guard it where it is written by its own name.
CREATE FUNCTION vortex_object_change_month(instant timestamptz) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  first date := date_trunc('month', instant AT TIME ZONE 'UTC')::date;
  part text := 'object_change_' || to_char(first, 'YYYY_MM');
BEGIN
  IF to_regclass(part) IS NOT NULL THEN RETURN part; END IF;
  EXECUTE format('CREATE TABLE %I PARTITION OF object_change FOR VALUES FROM (%L) TO (%L)', part,
    first::timestamp AT TIME ZONE 'UTC', (first + interval '1 month')::timestamp AT TIME ZONE 'UTC');
  EXECUTE format('CREATE UNIQUE INDEX %I ON %I (cluster, uid, resource_version)', part || '_once', part);
  EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE OR TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION vortex_append_only()',
    part || '_append_only', part);
  RETURN part;
END
$$;
