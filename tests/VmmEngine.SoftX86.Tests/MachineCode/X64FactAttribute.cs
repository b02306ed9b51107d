using System.Runtime.InteropServices;

namespace VmmEngine.SoftX86.Tests.MachineCode;

/// <summary>A test that reads x64 code; skipped, with the reason, elsewhere.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class X64FactAttribute : FactAttribute
{
    public X64FactAttribute() => Skip = RuntimeInformation.ProcessArchitecture == Architecture.X64
        ? null
        : $"It reads x64 code; this process is {RuntimeInformation.ProcessArchitecture}.";
}
