using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;
using VmmEngine.Generators.X86.Model;

namespace VmmEngine.Generators.X86.Facts;

/// <summary>What a method that a row names turned out to be.</summary>
internal enum MethodFact
{
    Missing,
    Other,
    Helper,
    Handler,
    Function,
}

/// <summary>What the tables need to know of the project: only of the names that occur in them, so that an edit elsewhere changes nothing.</summary>
/// <param name="Unknown">Operations that the decoder does not know.</param>
/// <param name="Suggestions">What some of them may have been meant to be.</param>
/// <param name="Codes">Operations that name an encoding (<c>Code</c>) and no mnemonic.</param>
/// <param name="Methods">The methods that rows name.</param>
internal sealed record ProjectFacts(
    EquatableArray<string> Unknown,
    EquatableArray<(string Unknown, string Suggestion)> Suggestions,
    EquatableArray<string> Codes,
    EquatableArray<(string Name, MethodFact Fact)> Methods)
{
    public bool IsUnknownInstruction(string name) => Unknown.Contains(name);

    public string SuggestInstruction(string name) => Suggestions.FirstOrDefault(pair => pair.Unknown == name).Suggestion ?? "";

    /// <summary>Reports a method that is not there, or is not what the row says.</summary>
    public void Check(Cell method, SemanticsKind kind, ProblemList problems)
    {
        MethodFact fact = Methods.FirstOrDefault(pair => pair.Name == method.Text).Fact;
        (MethodFact Expected, string Signature) wanted = kind switch
        {
            SemanticsKind.Helper => (MethodFact.Helper, "static Step M(Cpu*, MicroOp*)"),
            SemanticsKind.Handler => (MethodFact.Handler, "static void M(Cpu*, MicroOp*)"),
            _ => (MethodFact.Function, "static Step M(Cpu*, MicroOp*, byte* destination, byte* source)"),
        };
        if (fact == MethodFact.Missing)
        {
            problems.Add(Descriptors.UnknownMethod, method, method.Text);
        }
        else if (fact != wanted.Expected)
        {
            problems.Add(Descriptors.WrongSignature, method, method.Text, wanted.Signature);
        }
    }
}
