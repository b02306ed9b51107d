using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.Emit;

/// <summary>The way from a command word to its row: a perfect hash into a native table of thunks.</summary>
internal static class DispatchEmitter
{
    public static GeneratedFile? Emit(TableModel table, PerfectHash? found)
    {
        HeaderModel header = table.Header;
        if (!table.HasCode || found is not { } hash)
        {
            return null;
        }

        RowModel[] commands = [.. table.Commands];
        RowModel[] relaxed = [.. commands.Where(row => row.Relaxed is not null)];
        IEnumerable<string> imports = new[] { Imports.HeaderType(header, header.Call!), Imports.HeaderType(header, header.Errors!) }
            .Concat(Imports.Arguments(commands))
            .Concat([Imports.CompilerServices, Imports.InteropServices, Imports.Devices, Imports.Locks]);
        CodeWriter writer = CodeWriter.StartFile(header, imports);
        RowsEmitter.ClassDeclaration(writer, table);
        writer.Open();
        EmitFields(writer, hash, relaxed.Length > 0);
        EmitEntryPoint(writer, header, "Ioctl", "Table", "Answers a command word.");
        if (relaxed.Length > 0)
        {
            string summary = "Answers a command word with the relaxed lock set where its row has one.";
            EmitEntryPoint(writer, header, "IoctlRelaxed", "RelaxedTable", summary);
        }

        EmitUnknown(writer, header);
        EmitBuild(writer, header, commands, relaxed);
        ThunkEmitter thunks = new(writer, header);
        foreach (RowModel row in commands)
        {
            thunks.Emit(row, relaxed: false);
        }

        foreach (RowModel row in relaxed)
        {
            thunks.Emit(row, relaxed: true);
        }

        EmitEntry(writer, header);
        writer.Close();
        return new GeneratedFile(header.Name + ".Dispatch.g.cs", writer.ToString());
    }

    private static void EmitFields(CodeWriter writer, PerfectHash hash, bool hasRelaxed)
    {
        writer.Line("// Gives every command word a slot of its own; found and verified when this file was generated.");
        writer.Line($"private const uint Multiplier = 0x{hash.Multiplier.ToString("X8", Text.Invariant)};");
        writer.Line($"private const int Shift = {hash.Shift.ToString(Text.Invariant)};");
        writer.Line($"private const int Slots = {hash.Slots.ToString(Text.Invariant)};");
        writer.Line("private const int CacheLine = 64;");
        writer.Line();
        writer.Line("// Initializers and no static constructor: optimized code then has the address as a constant and checks nothing.");
        writer.Line("private static readonly Entry* Table = BuildTable();");
        if (hasRelaxed)
        {
            writer.Line("private static readonly Entry* RelaxedTable = BuildRelaxedTable();");
        }

        writer.Line();
    }

    private static void EmitEntryPoint(CodeWriter writer, HeaderModel header, string method, string table, string summary)
    {
        writer.Line($"/// <summary>{summary}</summary>");
        writer.Line("/// <param name=\"call\">Who calls, and on what.</param>");
        writer.Line("/// <param name=\"command\">The full command word.</param>");
        writer.Line("/// <param name=\"argument\">As many bytes as the word says, at any alignment.</param>");
        writer.Line("/// <returns>0 or an errno: ENOTTY for a word that no row has, EFAULT for null where bytes are to be copied.</returns>");
        writer.Line($"public static int {method}(in {header.Call!.Name} call, uint command, void* argument)");
        writer.Open();
        writer.Line($"Entry* entry = {table} + (unchecked(command * Multiplier) >> Shift);");
        writer.Line("return entry->Command == command ? entry->Thunk(in call, argument) : Unknown(command, argument);");
        writer.Close();
        writer.Line();
    }

    private static void EmitUnknown(CodeWriter writer, HeaderModel header)
    {
        string notFound = header.Errors!.Name + ".ENOTTY";
        writer.Line("[MethodImpl(MethodImplOptions.NoInlining)]");
        writer.Line("private static int Unknown(uint command, void* argument)");
        writer.Open();
        if (header.Encoding == CommandEncoding.Bsd)
        {
            writer.Line("int error = BsdIoctl.Check(command, argument);");
            writer.Line($"return error != 0 ? error : {notFound};");
        }
        else
        {
            writer.Line($"return {notFound};");
        }

        writer.Close();
        writer.Line();
    }

    private static void EmitBuild(CodeWriter writer, HeaderModel header, RowModel[] commands, RowModel[] relaxed)
    {
        writer.Line("private static Entry* BuildTable()");
        writer.Open();
        writer.Line("// Lives as long as the process.");
        writer.Line("nuint size = Slots * (nuint)sizeof(Entry);");
        writer.Line("Entry* table = (Entry*)NativeMemory.AlignedAlloc(size, CacheLine);");
        writer.Line("NativeMemory.Clear(table, size);");
        writer.Line();
        writer.Line("// An empty slot has command 0, and command 0 belongs into slot 0. So that it finds nothing there, an empty slot 0 has");
        writer.Line("// the word of a row whose place is another one.");
        writer.Line($"table->Command = {(commands.Length > 0 ? $"{header.WordsClass}.{commands[0].Name}" : "uint.MaxValue")};");
        writer.Line();
        EmitPlaces(writer, header, commands, relaxed: false);
        if (relaxed.Length > 0)
        {
            writer.Line("private static Entry* BuildRelaxedTable()");
            writer.Open();
            writer.Line("Entry* table = BuildTable();");
            writer.Line();
            EmitPlaces(writer, header, relaxed, relaxed: true);
        }

        writer.Line($"private static void Place(Entry* table, uint command, {Thunk(header)} thunk) =>");
        writer.Continue("table[unchecked(command * Multiplier) >> Shift] = new Entry { Command = command, Thunk = thunk };");
        writer.Line();
    }

    private static void EmitPlaces(CodeWriter writer, HeaderModel header, RowModel[] rows, bool relaxed)
    {
        foreach (RowModel row in rows)
        {
            writer.Line($"Place(table, {header.WordsClass}.{row.Name}, &{ThunkEmitter.Name(row, relaxed)});");
        }

        writer.Line("return table;");
        writer.Close();
        writer.Line();
    }

    private static void EmitEntry(CodeWriter writer, HeaderModel header)
    {
        writer.Line("private struct Entry");
        writer.Open();
        writer.Line("public uint Command;");
        writer.Line();
        writer.Line($"public {Thunk(header)} Thunk;");
        writer.Close();
    }

    private static string Thunk(HeaderModel header) => $"delegate*<in {header.Call!.Name}, void*, int>";
}
