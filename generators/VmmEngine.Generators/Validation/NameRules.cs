using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Model;

namespace VmmEngine.Generators.Validation;

/// <summary>Whether the names of a row are still free in the classes that are generated.</summary>
internal sealed class NameRules(TableDraft draft, ProblemList problems)
{
    /// <summary>What every class inherits.</summary>
    private static readonly HashSet<string> Inherited =
        ["Equals", "ReferenceEquals", "GetHashCode", "GetType", "ToString", "MemberwiseClone", "Finalize"];

    /// <summary>What the generated class declares besides the rows' methods, and what those methods mention.</summary>
    private static readonly HashSet<string> Own =
    [
        "Ioctl", "IoctlRelaxed", "Unknown", "BuildTable", "BuildRelaxedTable", "Place", "Table", "RelaxedTable", "Entry",
        "Multiplier", "Shift", "Slots", "CacheLine", "TAtomics", "THandlers",
        "Option", "Privilege", "ArgumentCopy", "BsdIoctl", "NativeMemory",
    ];

    private readonly Dictionary<string, RowDraft> _derived = Derived(draft);

    /// <summary>True if a constant can have the row's name.</summary>
    public static bool CanBeConstant(HeaderModel header, string name) => name != header.WordsClass && !Inherited.Contains(name);

    public void Check(RowDraft row)
    {
        string name = row.Syntax.Name.Text;
        if (!CanBeConstant(draft.Header, name))
        {
            string owner = Inherited.Contains(name) ? "what every class inherits" : "the class of the command words";
            problems.Add(Descriptors.ReservedName, row.Syntax.Name, name, owner);
        }

        if (draft.Header.Outgoing)
        {
            return;
        }

        string handler = row.Syntax.Handler.Text;
        string? taken = handler switch
        {
            _ when Inherited.Contains(handler) => "what every class inherits",
            _ when Own.Contains(handler) || handler == draft.Header.Errors?.Name => "what the generated class uses itself",
            _ when handler == draft.Header.Class || handler == draft.Header.WordsClass => "a generated class",
            _ when _derived.TryGetValue(handler, out RowDraft? other) && other != row => $"a method made for row '{other.Syntax.Name.Text}'",
            _ => null,
        };
        if (taken is not null)
        {
            problems.Add(Descriptors.ReservedName, row.Syntax.Handler, handler, taken);
        }
    }

    /// <summary>The methods that rows get besides those with their handlers' names.</summary>
    private static Dictionary<string, RowDraft> Derived(TableDraft draft)
    {
        Dictionary<string, RowDraft> names = [];
        foreach (RowDraft row in draft.Rows)
        {
            string handler = row.Syntax.Handler.Text;
            string[] made = row.Relaxed is null
                ? [handler + "Thunk"]
                : [handler + "Thunk", handler + "Relaxed", handler + "RelaxedThunk"];
            foreach (string name in made)
            {
                names[name] = row;
            }
        }

        return names;
    }
}
