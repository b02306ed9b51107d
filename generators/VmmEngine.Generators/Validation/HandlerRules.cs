using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Facts;
using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.Validation;

/// <summary>Whether each row's handler is there and looks as the row method will call it.</summary>
internal sealed class HandlerRules(TableDraft draft, ProblemList problems)
{
    private const string VcpuParameter = "VmmEngine.Locks.Vcpu*";
    private const string Modifiers = "public static";

    private readonly HashSet<string> _named = [.. draft.Rows.Select(row => row.Syntax.Handler.Text)];

    private TypeName Type => draft.Header.Handlers!;

    public void Check(RowDraft row, RowModel model)
    {
        if (draft.Facts.Handlers is not { } handlers)
        {
            return;
        }

        Cell at = row.Syntax.Handler;
        MethodFacts[] named = [.. handlers.Named(at.Text)];
        MethodFacts expected = Expected(model);
        if (model.NotYet)
        {
            if (named.Any(method => method.Modifiers == Modifiers))
            {
                problems.Add(Descriptors.NotYetWithHandler, row.Attributes.NotYet!, row.Syntax.Name.Text, Type.Name, at.Text);
            }
        }
        else if (named.Length == 0)
        {
            IEnumerable<string> free = handlers.Methods.Select(method => method.Name).Where(name => !_named.Contains(name));
            problems.Add(Descriptors.MissingHandler, at, Type.Name, at.Text, expected.ToString(), Suggestion.For(at.Text, free));
        }
        else if (!named.Contains(expected))
        {
            problems.Add(Descriptors.WrongSignature, at, at.Text, expected.ToString(), named[0].ToString());
        }
    }

    /// <summary>Methods that look like handlers and belong to no row are dead code, or a row was forgotten.</summary>
    public void CheckUnreached()
    {
        if (draft.Facts.Handlers is not { } handlers || draft.Syntax.Header(HeaderKeys.Handlers) is not { } header)
        {
            return;
        }

        string?[] first = ["in " + draft.Header.Call?.FullName, "in " + draft.Header.Target?.FullName];
        foreach (MethodFacts method in handlers.Methods)
        {
            bool isHandler = !method.Name.EndsWith(">", StringComparison.Ordinal) && method is { Modifiers: Modifiers, Returns: "int", Parameters.Count: > 0 } && first.Contains(method.Parameters[0]);
            if (isHandler && !_named.Contains(method.Name))
            {
                problems.Add(Descriptors.UnreachedHandler, header.Values[0], method.Name, Type.Name);
            }
        }
    }

    private MethodFacts Expected(RowModel row)
    {
        List<string> parameters = ["in " + (row.TakesTarget ? draft.Header.Target : draft.Header.Call)?.FullName];
        if (row.NamesVcpu)
        {
            parameters.Add(VcpuParameter);
        }

        if (row.Argument is { } argument)
        {
            parameters.Add("ref " + argument.Type.FullName);
        }

        return new MethodFacts(row.Handler!, Modifiers, "int", parameters.ToEquatableArray());
    }
}
