CREATE TABLE "comment" (
	"id" uuid PRIMARY KEY NOT NULL,
	"thread_id" uuid NOT NULL,
	"login" text NOT NULL,
	"text" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "notification" (
	"id" uuid PRIMARY KEY NOT NULL,
	"login" text NOT NULL,
	"request_id" uuid NOT NULL,
	"kind" text NOT NULL,
	"text" text NOT NULL,
	"at" timestamp with time zone NOT NULL,
	"read_at" timestamp with time zone,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "revision" (
	"request_id" uuid NOT NULL,
	"number" integer NOT NULL,
	"digest" text NOT NULL,
	"parts" jsonb NOT NULL,
	"spec" jsonb,
	"files" jsonb NOT NULL,
	"cause" text,
	"at" timestamp with time zone NOT NULL,
	CONSTRAINT "revision_request_id_number_pk" PRIMARY KEY("request_id","number")
);
--> statement-breakpoint
CREATE TABLE "sample_review" (
	"request_id" uuid PRIMARY KEY NOT NULL,
	"login" text NOT NULL,
	"verdict" text NOT NULL,
	"note" text NOT NULL,
	"at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "thread" (
	"id" uuid PRIMARY KEY NOT NULL,
	"request_id" uuid NOT NULL,
	"anchor" text NOT NULL,
	"blocking" boolean NOT NULL,
	"opened_by" text NOT NULL,
	"opened_at" timestamp with time zone NOT NULL,
	"resolved_by" text,
	"resolved_at" timestamp with time zone
);
--> statement-breakpoint
ALTER TABLE "change_request" ADD COLUMN "undoes" uuid;--> statement-breakpoint
ALTER TABLE "comment" ADD CONSTRAINT "comment_thread_id_thread_id_fk" FOREIGN KEY ("thread_id") REFERENCES "public"."thread"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "notification" ADD CONSTRAINT "notification_request_id_change_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."change_request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "revision" ADD CONSTRAINT "revision_request_id_change_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."change_request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "sample_review" ADD CONSTRAINT "sample_review_request_id_change_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."change_request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "thread" ADD CONSTRAINT "thread_request_id_change_request_id_fk" FOREIGN KEY ("request_id") REFERENCES "public"."change_request"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "comment_thread" ON "comment" USING btree ("thread_id","at");--> statement-breakpoint
CREATE UNIQUE INDEX "notification_one" ON "notification" USING btree ("login","request_id");--> statement-breakpoint
CREATE INDEX "notification_person" ON "notification" USING btree ("login","at");--> statement-breakpoint
CREATE INDEX "thread_request" ON "thread" USING btree ("request_id","opened_at");--> statement-breakpoint
CREATE TRIGGER revision_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON revision FOR EACH STATEMENT EXECUTE FUNCTION vortex_append_only();
--> statement-breakpoint
CREATE TRIGGER comment_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON comment FOR EACH STATEMENT EXECUTE FUNCTION vortex_append_only();
--> statement-breakpoint
CREATE TRIGGER sample_review_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON sample_review FOR EACH STATEMENT EXECUTE FUNCTION vortex_append_only();
