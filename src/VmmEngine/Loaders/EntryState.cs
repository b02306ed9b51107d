using VmmEngine.Backends;

namespace VmmEngine.Loaders;

/// <summary>The registers that a vCPU starts with.</summary>
/// <param name="registers">The values.</param>
/// <param name="groups">Which of them count; the others stay as after power-on.</param>
public sealed class EntryState(in CpuRegisters registers, RegisterGroups groups)
{
    private readonly CpuRegisters _registers = registers;

    /// <summary>The values.</summary>
    public ref readonly CpuRegisters Registers => ref _registers;

    /// <summary>Which of them count; the others stay as after power-on.</summary>
    public RegisterGroups Groups { get; } = groups;
}
