using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.Validation;

/// <summary>The names that one table generates and no other may.</summary>
internal sealed record TableIdentity(string Path, string Table, string Class, string? Handlers)
{
    public static TableIdentity Of(TableDraft draft) =>
        new(draft.Syntax.Path, draft.Header.Name, draft.Header.Namespace + "." + draft.Header.Class, draft.Header.Handlers?.FullName);

    /// <summary>Reports each name of a table that a table before it, by path, has taken. True if there is none.</summary>
    public static bool Check(TableDraft draft, EquatableArray<TableIdentity> all, ProblemList problems)
    {
        TableIdentity own = Of(draft);
        int before = problems.Count;
        IEnumerable<TableIdentity> earlier = all
            .Where(other => string.CompareOrdinal(other.Path, own.Path) < 0)
            .OrderBy(other => other.Path, StringComparer.Ordinal);
        foreach (TableIdentity other in earlier)
        {
            // Hint names differ in more than case on some file systems only.
            Report(HeaderKeys.Table, string.Equals(own.Table, other.Table, StringComparison.OrdinalIgnoreCase), own.Table, other);
            Report(HeaderKeys.Class, SameClasses(own.Class, other.Class), own.Class, other);
            Report(HeaderKeys.Handlers, own.Handlers is not null && own.Handlers == other.Handlers, own.Handlers, other);
            if (problems.Count > before)
            {
                return false;
            }
        }

        return true;

        // The companions' names leave out a plural s.
        static bool SameClasses(string left, string right) => left == right || left == right + "s" || left + "s" == right;

        void Report(string key, bool taken, string? name, TableIdentity other)
        {
            if (taken && draft.Syntax.Header(key) is { } header)
            {
                problems.Add(Descriptors.DuplicateTable, header.Values[0], key, name ?? "", TableFile.ShortName(other.Path));
            }
        }
    }
}
