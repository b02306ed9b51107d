using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using VmmEngine.Ratios;
using Xunit;

namespace VmmEngine.Cli.Tests.MachineCode;

/// <summary>A test that reads optimised x64 code; skipped, with the reason, where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OptimizedX64FactAttribute : FactAttribute
{
    public OptimizedX64FactAttribute() => Skip = Reason;

    private static string? Reason =>
        RuntimeInformation.ProcessArchitecture != Architecture.X64 ? $"It reads x64 code; this process is {RuntimeInformation.ProcessArchitecture}."
        : typeof(RatioSuite).Assembly.GetCustomAttribute<DebuggableAttribute>() is { IsJITOptimizerDisabled: true } ? "The JIT optimises only a Release build."
        : null;
}
