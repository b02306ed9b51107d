using System.Reflection;
using System.Reflection.Emit;

namespace VmmEngine.Abi.Tests.Layouts;

/// <summary>
/// Sizes and offsets as compiled code sees them. Marshal.OffsetOf answers for the marshalled form, which need not be the
/// form that pointers reach.
/// </summary>
internal static unsafe class Measured
{
    public static int SizeOf(Type type)
    {
        DynamicMethod method = new("SizeOf", typeof(int), [], typeof(Measured).Module, skipVisibility: true);
        ILGenerator body = method.GetILGenerator();
        body.Emit(OpCodes.Sizeof, type);
        body.Emit(OpCodes.Ret);

        return method.CreateDelegate<Func<int>>()();
    }

    public static int OffsetOf(FieldInfo field)
    {
        DynamicMethod method = new("OffsetOf", typeof(nint), [typeof(nint)], typeof(Measured).Module, skipVisibility: true);
        ILGenerator body = method.GetILGenerator();
        body.Emit(OpCodes.Ldarg_0);
        body.Emit(OpCodes.Ldflda, field);
        body.Emit(OpCodes.Conv_I);
        body.Emit(OpCodes.Ret);

        // A valid address, because the compiler may check a field's base for null by reading it.
        byte start;
        return (int)(method.CreateDelegate<Func<nint, nint>>()((nint)(&start)) - (nint)(&start));
    }
}
