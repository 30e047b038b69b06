CREATE TABLE "git_repository" (
	"url" text PRIMARY KEY NOT NULL,
	"root" text NOT NULL,
	"head" text NOT NULL,
	"seen_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "request_line" (
	"request_id" uuid PRIMARY KEY NOT NULL,
	"kind" text NOT NULL,
	"name" text NOT NULL,
	"state" text NOT NULL,
	"requested_by" text NOT NULL,
	"created_at" timestamp with time zone NOT NULL,
	"updated_at" timestamp with time zone NOT NULL,
	"decide_by" timestamp with time zone,
	"sealed_by" text,
	"people" text[] NOT NULL,
	"search" text NOT NULL,
	"title" text,
	"parties" text[] DEFAULT '{}' NOT NULL,
	"risk" text DEFAULT 'Unknown' NOT NULL,
	"reach" integer DEFAULT 0 NOT NULL,
	"needed" integer DEFAULT 0 NOT NULL,
	"facts" jsonb
);
--> statement-breakpoint
ALTER TABLE "delivery" ADD COLUMN "voided_at" timestamp with time zone;--> statement-breakpoint
ALTER TABLE "outbox" ADD COLUMN "aside" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "request_line" ADD CONSTRAINT "request_line_request_id_change_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."change_request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "request_line_open" ON "request_line" USING btree ("request_id") WHERE state = 'open';--> statement-breakpoint
CREATE INDEX "request_line_closed" ON "request_line" USING btree ("updated_at" DESC NULLS LAST,"request_id" DESC NULLS LAST) WHERE state <> 'open';--> statement-breakpoint
CREATE INDEX "request_line_state" ON "request_line" USING btree ("state","updated_at" DESC NULLS LAST,"request_id" DESC NULLS LAST);--> statement-breakpoint
CREATE INDEX "request_line_sealed_by" ON "request_line" USING btree ("sealed_by","updated_at" DESC NULLS LAST,"request_id" DESC NULLS LAST);