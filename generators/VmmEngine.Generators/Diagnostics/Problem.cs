using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.Diagnostics;

/// <summary>A diagnostic as a value: it compares by content and holds nothing of the compilation.</summary>
internal sealed record Problem(string Id, string Path, Position At, int Length, EquatableArray<string> Arguments)
{
    public Diagnostic ToDiagnostic()
    {
        LinePosition start = new(At.Line, At.Column);
        LinePosition end = new(At.Line, At.Column + Length);
        Location location = Location.Create(Path, new TextSpan(At.Start, Length), new LinePositionSpan(start, end));
        return Diagnostic.Create(Descriptors.ById(Id), location, [.. Arguments]);
    }
}

/// <summary>Collects the problems of one table.</summary>
internal sealed class ProblemList(string path)
{
    private readonly List<Problem> _problems = [];

    public int Count => _problems.Count;

    public void Add(DiagnosticDescriptor descriptor, Cell at, params string[] arguments) =>
        _problems.Add(new Problem(descriptor.Id, path, at.At, at.Text.Length, arguments.ToEquatableArray()));

    /// <summary>Reports at the first character of the table, for what the table lacks.</summary>
    public void AddAtStart(DiagnosticDescriptor descriptor, params string[] arguments) =>
        _problems.Add(new Problem(descriptor.Id, path, default, 0, arguments.ToEquatableArray()));

    public EquatableArray<Problem> ToEquatableArray() => _problems.ToEquatableArray();
}
