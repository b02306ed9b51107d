using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Facts;
using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.Validation;

/// <summary>Whether generated code can live in the project, and the names that it needs mean there what they should.</summary>
internal static class ProjectRules
{
    /// <summary>Reports what stands against generated code. True if nothing does.</summary>
    public static bool Check(TableDraft draft, ProblemList problems)
    {
        int before = problems.Count;
        foreach (string lack in draft.Facts.Lacks)
        {
            problems.AddAtStart(Descriptors.UnsuitedProject, lack);
        }

        if (draft.Syntax.Header(HeaderKeys.Namespace) is { } header)
        {
            foreach (HiddenName hidden in draft.Facts.Hidden)
            {
                problems.Add(Descriptors.HiddenName, header.Values[0], hidden.Name, hidden.Meant, hidden.Found);
            }
        }

        return problems.Count == before;
    }
}
