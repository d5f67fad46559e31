using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DatasetAdmin.Core.Database.Migrations.Postgres
{
    /// <inheritdoc />
    public partial class Queue : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "AllowDrops",
                schema: "dataset_admin",
                table: "Runs",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "Attempt",
                schema: "dataset_admin",
                table: "Runs",
                type: "integer",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.AddColumn<DateTime>(
                name: "CancelRequestedAt",
                schema: "dataset_admin",
                table: "Runs",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "CancelRequestedBy",
                schema: "dataset_admin",
                table: "Runs",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "Fence",
                schema: "dataset_admin",
                table: "Runs",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Interruptions",
                schema: "dataset_admin",
                table: "Runs",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "IsQueued",
                schema: "dataset_admin",
                table: "Runs",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<DateTime>(
                name: "NotBefore",
                schema: "dataset_admin",
                table: "Runs",
                type: "timestamp with time zone",
                nullable: true);

            // Of the program before, which had no queue: two of them could stand for the same target.
            migrationBuilder.Sql("""UPDATE dataset_admin."Runs" SET "Status" = 'Interrupted' WHERE "Status" IN ('Requested', 'Running')""");

            migrationBuilder.CreateIndex(
                name: "IX_Runs_Open",
                schema: "dataset_admin",
                table: "Runs",
                columns: new[] { "Kind", "Target" },
                unique: true,
                filter: "\"Status\" IN ('Requested', 'Running')");

            migrationBuilder.CreateIndex(
                name: "IX_Runs_Target_Fence",
                schema: "dataset_admin",
                table: "Runs",
                columns: new[] { "Target", "Fence" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Runs_Open",
                schema: "dataset_admin",
                table: "Runs");

            migrationBuilder.DropIndex(
                name: "IX_Runs_Target_Fence",
                schema: "dataset_admin",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "AllowDrops",
                schema: "dataset_admin",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "Attempt",
                schema: "dataset_admin",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "CancelRequestedAt",
                schema: "dataset_admin",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "CancelRequestedBy",
                schema: "dataset_admin",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "Fence",
                schema: "dataset_admin",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "Interruptions",
                schema: "dataset_admin",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "IsQueued",
                schema: "dataset_admin",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "NotBefore",
                schema: "dataset_admin",
                table: "Runs");
        }
    }
}
