using VmmEngine.Backends;
using VmmEngine.FreeBsd;

namespace VmmEngine.Machines;

/// <summary>One vCPU of a machine. Its registers may be read and written by any thread; a running vCPU is thrown out of the guest for that.</summary>
public sealed class MachineVcpu
{
    private readonly Machine _machine;

    internal MachineVcpu(Machine machine, int id, VcpuRunner runner)
    {
        _machine = machine;
        Id = id;
        Runner = runner;
    }

    /// <summary>Its number, from 0.</summary>
    public int Id { get; }

    /// <summary>True once it takes part in runs: vCPU 0 always does, the others when they are started.</summary>
    public bool IsStarted { get; private set; }

    internal VcpuRunner Runner { get; }

    /// <summary>Reads registers.</summary>
    public void ReadRegisters(RegisterGroups groups, ref CpuRegisters registers) =>
        GuestVm.Check(Runner.ReadRegisters(groups, ref registers), $"the registers of vCPU {Id} cannot be read");

    /// <summary>Writes registers.</summary>
    /// <exception cref="MachineException">No processor accepts them.</exception>
    public void WriteRegisters(RegisterGroups groups, in CpuRegisters registers) =>
        GuestVm.Check(Runner.WriteRegisters(groups, in registers), $"no processor accepts the registers given to vCPU {Id}");

    /// <summary>Lets it take part in the next run, from its present registers on (after creation: the reset vector).</summary>
    public void Start()
    {
        if (!IsStarted)
        {
            _machine.Vm.Activate(Id);
            IsStarted = true;
        }
    }

    /// <summary>Lets it take part in the next run, in real mode at an address below 1 MiB.</summary>
    /// <param name="address">Where the first instruction is: CS holds the paragraph and IP the rest. The stack pointer is 0, other segments too.</param>
    public void StartInRealMode(uint address)
    {
        if (address >= 1 << 20)
        {
            throw new MachineException($"real mode reaches addresses below 0x100000, and 0x{address:X} is none");
        }

        CpuRegisters registers = default;
        ReadRegisters(RegisterGroups.General | RegisterGroups.System, ref registers);
        registers.Rip = address & 0xF;
        registers.Cs.Selector = (ushort)(address >> 4);
        registers.Cs.Base = address & ~0xFu;
        WriteRegisters(RegisterGroups.General | RegisterGroups.System, in registers);
        Start();
    }
}
