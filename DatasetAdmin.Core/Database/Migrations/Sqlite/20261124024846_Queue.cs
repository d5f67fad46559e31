using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace DatasetAdmin.Core.Database.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Queue : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "AllowDrops",
                table: "Runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<int>(
                name: "Attempt",
                table: "Runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 1);

            migrationBuilder.AddColumn<DateTime>(
                name: "CancelRequestedAt",
                table: "Runs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "CancelRequestedBy",
                table: "Runs",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "Fence",
                table: "Runs",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "Interruptions",
                table: "Runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<bool>(
                name: "IsQueued",
                table: "Runs",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<DateTime>(
                name: "NotBefore",
                table: "Runs",
                type: "TEXT",
                nullable: true);

            // Of the program before, which had no queue: two of them could stand for the same target.
            migrationBuilder.Sql("""UPDATE "Runs" SET "Status" = 'Interrupted' WHERE "Status" IN ('Requested', 'Running')""");

            migrationBuilder.CreateIndex(
                name: "IX_Runs_Open",
                table: "Runs",
                columns: new[] { "Kind", "Target" },
                unique: true,
                filter: "\"Status\" IN ('Requested', 'Running')");

            migrationBuilder.CreateIndex(
                name: "IX_Runs_Target_Fence",
                table: "Runs",
                columns: new[] { "Target", "Fence" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "IX_Runs_Open",
                table: "Runs");

            migrationBuilder.DropIndex(
                name: "IX_Runs_Target_Fence",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "AllowDrops",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "Attempt",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "CancelRequestedAt",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "CancelRequestedBy",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "Fence",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "Interruptions",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "IsQueued",
                table: "Runs");

            migrationBuilder.DropColumn(
                name: "NotBefore",
                table: "Runs");
        }
    }
}
