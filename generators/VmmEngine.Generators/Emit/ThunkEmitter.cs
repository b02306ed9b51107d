using VmmEngine.Generators.Model;

namespace VmmEngine.Generators.Emit;

/// <summary>
/// Adapts a row's method to the dispatch table: copies the argument in once, so that the client cannot change it under the row, and
/// back after success.
/// </summary>
internal sealed class ThunkEmitter(CodeWriter writer, HeaderModel header)
{
    public static string Name(RowModel row, bool relaxed) => RowMethodEmitter.Name(row, relaxed) + "Thunk";

    public void Emit(RowModel row, bool relaxed)
    {
        string method = RowMethodEmitter.Name(row, relaxed);
        string head = $"private static int {Name(row, relaxed)}(in {header.Call!.Name} call, void* argument)";
        if (row.Direction == Direction.None)
        {
            writer.Line($"{head} => {method}(in call);");
        }
        else
        {
            if (row.Direction.CopiesIn())
            {
                writer.Line("[SkipLocalsInit]");
            }

            writer.Line(head);
            writer.Open();
            EmitCopies(row, method);
            writer.Close();
        }

        writer.Line();
    }

    private void EmitCopies(RowModel row, string method)
    {
        string type = row.Argument!.Type.Name;
        string fault = header.Errors!.Name + ".EFAULT";
        switch (row.Direction)
        {
            case Direction.IntInPlace:
                writer.Line("int local = unchecked((int)(nint)argument);");
                writer.Line($"return {method}(in call, ref local);");
                break;

            case Direction.Out:
                writer.Line($"{type} local = default;");
                writer.Line($"int error = {method}(in call, ref local);");
                writer.ReturnIf("error != 0", "error");
                writer.Line();
                writer.ReturnIf("ArgumentCopy.IsNowhere(argument)", fault);
                writer.Line();
                writer.Line("ArgumentCopy.Out(ref local, argument);");
                writer.Line("return 0;");
                break;

            case Direction.In:
                writer.ReturnIf("ArgumentCopy.IsNowhere(argument)", fault);
                writer.Line();
                writer.Line($"ArgumentCopy.In(argument, out {type} local);");
                writer.Line($"return {method}(in call, ref local);");
                break;

            default:
                writer.ReturnIf("ArgumentCopy.IsNowhere(argument)", fault);
                writer.Line();
                writer.Line($"ArgumentCopy.In(argument, out {type} local);");
                writer.Line($"int error = {method}(in call, ref local);");
                writer.Line("if (error == 0)");
                writer.Open();
                writer.Line("ArgumentCopy.Out(ref local, argument);");
                writer.Close();
                writer.Line();
                writer.Line("return error;");
                break;
        }
    }
}
