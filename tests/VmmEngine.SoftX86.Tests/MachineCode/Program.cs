using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86.Tests.MachineCode;

/// <summary>Run as a program, the test assembly compiles every handler and ends: for <see cref="HandlerListings"/>.</summary>
internal static class Program
{
    public static void Main()
    {
        foreach (Handler handler in Handler.All)
        {
            RuntimeHelpers.PrepareMethod(handler.Method.MethodHandle);
        }
    }
}
