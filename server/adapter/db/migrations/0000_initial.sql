CREATE TABLE "change_request" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"cluster" text NOT NULL,
	"uid" text NOT NULL,
	"group" text NOT NULL,
	"resource_kind" text NOT NULL,
	"namespace" text NOT NULL,
	"name" text NOT NULL,
	"state" text NOT NULL,
	"requested_by" text NOT NULL,
	"subject" jsonb NOT NULL,
	"files" jsonb,
	"digest" text,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"decide_by" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "decision" (
	"request_id" uuid PRIMARY KEY NOT NULL,
	"outcome" text NOT NULL,
	"digest" text NOT NULL,
	"sealed_digest" text NOT NULL,
	"policy_version" text NOT NULL,
	"template_version" text NOT NULL,
	"sealed_by" text NOT NULL,
	"approvers" jsonb NOT NULL,
	"rationale" jsonb NOT NULL,
	"ledger_seq" bigint NOT NULL,
	"sealed_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "delivery" (
	"request_id" uuid PRIMARY KEY NOT NULL,
	"branch" text NOT NULL,
	"commit" text,
	"proposed_at" timestamp with time zone,
	"merge_commit" text,
	"merged_at" timestamp with time zone,
	"merged_by" text,
	"applied_at" timestamp with time zone,
	"admitted_at" timestamp with time zone,
	"problem" text,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "draft" (
	"id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"author" text NOT NULL,
	"title" text NOT NULL,
	"content" jsonb NOT NULL,
	"request_id" uuid,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "ledger" (
	"seq" bigint PRIMARY KEY NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"actor" text NOT NULL,
	"action" text NOT NULL,
	"subject" text NOT NULL,
	"request_id" uuid,
	"bytes" "bytea" NOT NULL,
	"leaf_hash" text NOT NULL
);
--> statement-breakpoint
CREATE TABLE "outbox" (
	"id" bigint PRIMARY KEY GENERATED ALWAYS AS IDENTITY (sequence name "outbox_id_seq" INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1),
	"kind" text NOT NULL,
	"request_id" uuid NOT NULL,
	"payload" jsonb NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"attempts" integer DEFAULT 0 NOT NULL,
	"next_at" timestamp with time zone NOT NULL,
	"done_at" timestamp with time zone,
	"problem" text
);
--> statement-breakpoint
CREATE TABLE "sealed_file" (
	"request_id" uuid NOT NULL,
	"path" text NOT NULL,
	"bytes" "bytea",
	CONSTRAINT "sealed_file_request_id_path_pk" PRIMARY KEY("request_id","path")
);
--> statement-breakpoint
CREATE TABLE "vote" (
	"id" uuid PRIMARY KEY NOT NULL,
	"request_id" uuid NOT NULL,
	"login" text NOT NULL,
	"verdict" text NOT NULL,
	"rationale" jsonb NOT NULL,
	"digest" text NOT NULL,
	"policy_version" text NOT NULL,
	"state" text NOT NULL,
	"cause" text,
	"at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "decision" ADD CONSTRAINT "decision_request_id_change_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."change_request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "delivery" ADD CONSTRAINT "delivery_request_id_change_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."change_request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "outbox" ADD CONSTRAINT "outbox_request_id_change_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."change_request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sealed_file" ADD CONSTRAINT "sealed_file_request_id_change_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."change_request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "vote" ADD CONSTRAINT "vote_request_id_change_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."change_request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "change_request_uid" ON "change_request" USING btree ("cluster","uid");--> statement-breakpoint
CREATE INDEX "change_request_state" ON "change_request" USING btree ("state","created_at");--> statement-breakpoint
CREATE INDEX "ledger_subject" ON "ledger" USING btree ("subject","seq");--> statement-breakpoint
CREATE INDEX "ledger_request" ON "ledger" USING btree ("request_id","seq");--> statement-breakpoint
CREATE UNIQUE INDEX "outbox_once" ON "outbox" USING btree ("kind","request_id");--> statement-breakpoint
CREATE INDEX "outbox_open" ON "outbox" USING btree ("done_at","next_at");--> statement-breakpoint
CREATE UNIQUE INDEX "vote_one_per_person" ON "vote" USING btree ("request_id","login") WHERE state = 'counted';--> statement-breakpoint
CREATE INDEX "vote_request" ON "vote" USING btree ("request_id");