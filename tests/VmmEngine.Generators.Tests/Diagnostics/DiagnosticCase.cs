using VmmEngine.Generators.Tests.Infrastructure;

namespace VmmEngine.Generators.Tests.Diagnostics;

/// <summary>A table with one mistake, marked, and what is to be said of it.</summary>
public sealed record DiagnosticCase(string Id, string Table, string Message, string Source = TestWorld.Source, string Variant = "")
{
    /// <summary>One row under the usual header.</summary>
    public static DiagnosticCase Row(string id, string row, string message, string source = TestWorld.Source, string variant = "") =>
        new(id, TestWorld.Table(row), message, source, variant);

    /// <summary>The usual header with one line replaced or taken out, and a harmless row.</summary>
    public static DiagnosticCase Header(string id, string line, string replacement, string message)
    {
        Assert.Contains(line, TestWorld.Header, StringComparison.Ordinal);
        return new(id, TestWorld.Header.Replace(line, replacement, StringComparison.Ordinal) + "VM_A 1 IO - - A not-yet\n", message);
    }

    public override string ToString() => $"{Id} {Message} {Variant}".TrimEnd();
}
