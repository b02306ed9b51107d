using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.Emit;

/// <summary>
/// One row with one lock set as a method: option, privilege, VM, locks in the row's order, handler, release in the declared order.
/// </summary>
internal sealed class RowMethodEmitter(CodeWriter writer, HeaderModel header, RowModel row, bool relaxed)
{
    private readonly EquatableArray<Flag> _flags = relaxed ? row.RelaxedFlags : row.Flags;
    private readonly LockCode _code = new(header, row);
    private readonly List<Flag> _held = [];
    private bool _errorDeclared;

    public static string Name(RowModel row, bool relaxed) => relaxed ? row.Handler + "Relaxed" : row.Handler!;

    /// <summary>The parameters of the method, by which thunks call it too.</summary>
    public static string Parameters(HeaderModel header, RowModel row)
    {
        string first = row.OnVm ? $"in {header.Target!.Name} target" : $"in {header.Call!.Name} call";
        return row.Argument is { } argument ? $"{first}, ref {argument.Type.Name} argument" : first;
    }

    public void Emit()
    {
        writer.Line($"/// <summary>{Text.EscapeXml(RowText.Summary(row, _flags))}</summary>");
        writer.Line("/// <remarks>");
        foreach (string sentence in RowText.Remarks(header, row, _flags, relaxed))
        {
            writer.Line($"/// {Text.EscapeXml(sentence)}");
        }

        writer.Line("/// </remarks>");
        writer.Line("[MethodImpl(MethodImplOptions.AggressiveInlining)]");
        writer.Line($"public static int {Name(row, relaxed)}({Parameters(header, row)})");
        writer.Open();
        EmitOption();
        foreach (Flag flag in _flags)
        {
            EmitPrecondition(flag);
        }

        EmitHandler();
        writer.Close();
    }

    private void EmitOption()
    {
        if (row.Option is { } option)
        {
            writer.ReturnIf($"!call.IsEnabled(Option.{option})", Error("ENOTTY"));
            writer.Line();
        }
    }

    private void EmitPrecondition(Flag flag)
    {
        switch (flag)
        {
            case Flag.Passthrough:
                writer.Line($"{ErrorVariable()} = call.CheckPrivilege(Privilege.VmmPassthrough);");
                EmitFailure("error != 0", "error");
                break;

            case Flag.FindVm:
                writer.Line($"{ErrorVariable()} = call.FindVm({row.Argument!.VmId}, out {header.Target!.Name} target);");
                EmitFailure("error != 0", "error");
                break;

            case Flag.FindOrCreateUnlessNone when !row.NotYet:
                writer.Line("Vcpu* vcpu = null;");
                EmitFailure(_code.NoVcpu(flag, "vcpu"), Error(header.NoVcpu!));
                break;

            default:
                EmitLock(flag);
                break;
        }

        if (FlagFacts.Of(flag).Held)
        {
            _held.Add(flag);
        }
    }

    private void EmitLock(Flag flag)
    {
        if (_code.Enter(flag) is { } enter)
        {
            writer.Line(enter);
            if (flag == _flags[_flags.Count - 1])
            {
                writer.Line();
            }
        }
        else
        {
            if (row.GoesLast)
            {
                writer.Line(_code.LetEjectorsPass());
            }

            bool used = flag == Flag.FreezeOne || !row.NotYet;
            EmitFailure(_code.NoVcpu(flag, used ? "Vcpu* vcpu" : "_"), Error(header.NoVcpu!));
        }
    }

    /// <summary>Leaves with an error, giving back exactly what has been taken so far.</summary>
    private void EmitFailure(string condition, string answer)
    {
        writer.Line($"if ({condition})");
        writer.Open();
        EmitReleases();
        writer.Line($"return {answer};");
        writer.Close();
        writer.Line();
    }

    private void EmitHandler()
    {
        string answer = row.NotYet ? Error("ENOSYS") : HandlerCall();
        if (_held.Count == 0)
        {
            writer.Line($"return {answer};");
            return;
        }

        writer.Line($"{ErrorVariable()} = {answer};");
        writer.Line();
        EmitReleases();
        writer.Line("return error;");
    }

    private string HandlerCall()
    {
        List<string> arguments = [row.TakesTarget ? "in target" : "in call"];
        if (row.NamesVcpu)
        {
            arguments.Add("vcpu");
        }

        if (row.Argument is not null)
        {
            arguments.Add("ref argument");
        }

        return $"THandlers.{row.Handler}({string.Join(", ", arguments)})";
    }

    private void EmitReleases()
    {
        foreach (Flag flag in LockCode.ReleaseOrder(header, _held))
        {
            writer.Line(_code.Exit(flag));
        }
    }

    private string Error(string name) => $"{header.Errors!.Name}.{name}";

    private string ErrorVariable()
    {
        string variable = _errorDeclared ? "error" : "int error";
        _errorDeclared = true;
        return variable;
    }
}
