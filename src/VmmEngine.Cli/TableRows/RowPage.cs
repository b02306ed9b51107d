using VmmEngine.Tables;

namespace VmmEngine.Cli.TableRows;

/// <summary>One row followed through: table, command word, locks, generated code.</summary>
internal static class RowPage
{
    public static void Print(TextWriter output, TableListing table, CommandRow row)
    {
        output.WriteLine($"{row.Name} ({row.Device}, section {row.Section}, tables/{row.File}:{row.Line})");
        output.WriteLine();
        Field(output, "command word", row.Value is uint value ? $"0x{value:X8}" : "none: a step of the engine's own, with generated locks");
        Field(output, "number", row.Number?.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Field(output, "direction", row.Value is null ? null : row.Direction);
        Field(output, "argument", row.Argument is null ? "none" : $"{row.Argument}, {row.Size} bytes");
        Field(output, "flags", row.Flags.Count == 0 ? "none" : string.Join(" | ", row.Flags));
        Field(output, "relaxed", row.Relaxed is null ? null : row.Relaxed.Count == 0 ? "no locks" : string.Join(" | ", row.Relaxed));
        Field(output, "handler", row.Handler is null ? null : row.NotYet ? $"{row.Handler}, not yet there: answers ENOSYS" : row.Handler);
        Field(output, "goes last", row.GoesLast ? "after those who wait to eject the vCPU" : null);
        Field(output, "option", row.Option);
        Field(output, "may need", row.MayNeed);
        if (row.Handler is null)
        {
            output.WriteLine("The engine sends this command; nobody here answers it.");
            return;
        }

        PrintLocks(output, table, row);
        output.WriteLine("Generated code:");
        output.WriteLine();
        output.WriteLine(GeneratedSource.FindMethods(table.Name, row.Handler) ?? throw new InvalidOperationException($"The sources of {row.Name} are missing."));
    }

    private static void PrintLocks(TextWriter output, TableListing table, CommandRow row)
    {
        output.WriteLine();
        output.WriteLine("Before the handler:");
        foreach ((int number, string step) in row.Takes.Index())
        {
            output.WriteLine($"  {number + 1}. {step}");
        }

        if (row.Takes.Count == 0)
        {
            output.WriteLine("  nothing");
        }

        output.WriteLine();
        IReadOnlyList<LockWait> waits = LockWait.Of(table.Markdown ?? "", row.Name);
        if (waits.Count == 0)
        {
            output.WriteLine("It waits for nobody.");
        }

        foreach (LockWait wait in waits)
        {
            output.WriteLine($"It may wait at '{wait.Step}' until {wait.Until}. Held up by: {wait.HeldUpBy}.");
        }

        output.WriteLine($"The lock sets of all rows stand in the lock report: vmm tables --report md --device {table.Name}");
        output.WriteLine();
    }

    private static void Field(TextWriter output, string name, string? value)
    {
        if (value is not null)
        {
            output.WriteLine($"  {name,-13} {value}");
        }
    }
}
