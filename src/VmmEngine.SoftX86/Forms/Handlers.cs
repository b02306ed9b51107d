using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86;

/// <summary>What all handlers share.</summary>
internal static class Handlers
{
    /// <summary>
    /// Compiled with all optimizations at the first call: threading needs tail calls, and a handler is called through a pointer that is taken before
    /// tiering could replace the code behind it.
    /// </summary>
    public const MethodImplOptions Hot = MethodImplOptions.AggressiveOptimization;

    /// <summary>Where CL is in <see cref="Cpu"/>.</summary>
    public const int CountRegister = 8;
}
