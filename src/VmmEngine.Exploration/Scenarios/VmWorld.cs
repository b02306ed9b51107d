using VmmEngine.Locks;

namespace VmmEngine.Exploration.Scenarios;

/// <summary>One VM's locks in a world, with a caller line per caller and named words, and the promises that hold for every VM.</summary>
internal sealed unsafe class VmWorld
{
    // The back end's own word of a vCPU sits in the unused part of the vCPU's lines, so that a kick finds it from the vCPU alone.
    private const int ExitWordOffset = 64;

    private readonly int _vcpus;

    /// <param name="world">The world to fill.</param>
    /// <param name="vcpus">How many vCPU ids there are.</param>
    /// <param name="existing">How many of them exist from the start.</param>
    /// <param name="callers">How many caller lines there are.</param>
    public VmWorld(World world, int vcpus, int existing, int callers)
    {
        _vcpus = vcpus;
        Locks = world.Allocate<VmLocks>("vm");
        Vcpus = world.AllocateArray<Vcpu>("vcpu", vcpus);
        Lines = world.AllocateArray<CallerLine>("line", callers);
        VmLocks.Initialize(Locks, Vcpus, (uint)vcpus);
        Locks->VcpuCount = (uint)existing;
        for (int id = 0; id < existing; id++)
        {
            Vcpus[id].State = (uint)VcpuState.Idle;
        }

        for (int caller = 0; caller < callers; caller++)
        {
            Lines[caller].Rented = 1;
            Lines[caller].Next = Locks->Lines.First;
            Locks->Lines.First = (nuint)(Lines + caller);
        }

        NameWords(world, callers);
        world.AtEnd(CheckVcpus);
    }

    public VmLocks* Locks { get; }

    public Vcpu* Vcpus { get; }

    public CallerLine* Lines { get; }

    /// <summary>Not 0: the vCPU leaves the guest, or does not enter it (KVM's immediate exit).</summary>
    public static uint* ExitWord(Vcpu* vcpu) => (uint*)((byte*)vcpu + ExitWordOffset);

    private void NameWords(World world, int callers)
    {
        NameSlotLock(world, &Locks->Gate, "gate");
        NameSlotLock(world, &Locks->MemoryMap, "memory map");
        world.Name(&Locks->Creation.Word, "creation");
        world.Name(&Locks->Creation.Waiters, "creation.waiters");
        world.Name(&Locks->VcpuCount, "vcpu count", restored: false);
        world.Name(&Locks->CreationForbidden, "creation forbidden", restored: false);
        world.Name(&Locks->SuspendBarrierOpen, "suspend barrier", restored: false);
        world.Name((uint*)&Locks->Lines.First, "first line", restored: false);
        world.Resource(Resources.Gate, "the gate");
        world.Resource(Resources.MemoryMap, "the memory map");
        world.Resource(Resources.Creation, "vCPU creation");
        for (int id = 0; id < _vcpus; id++)
        {
            Vcpu* vcpu = Vcpus + id;
            world.Name(&vcpu->Requests, $"vcpu {id}.requests", restored: false);
            world.Name(&vcpu->State, $"vcpu {id}.state", restored: false);
            world.Name(&vcpu->Flags, $"vcpu {id}.flags", restored: false);
            world.Name(&vcpu->Waiters, $"vcpu {id}.waiters");
            world.Name(&vcpu->Thaws, $"vcpu {id}.thaws", restored: false);
            world.Name(ExitWord(vcpu), $"vcpu {id}.exit", restored: false);
            world.Resource(Resources.Vcpu(id), $"vcpu {id}");
            world.Resource(Resources.Guest(id), $"the guest of vcpu {id}", isGuest: true);
        }

        for (int caller = 0; caller < callers; caller++)
        {
            world.Name(&Lines[caller].Gate, $"line {caller}.gate");
            world.Name(&Lines[caller].MemoryMap, $"line {caller}.memory map");
        }
    }

    private static void NameSlotLock(World world, SlotLock* slotLock, string name)
    {
        world.Name(&slotLock->Writer.Word, $"{name}.writer");
        world.Name(&slotLock->Writer.Waiters, $"{name}.waiters");
    }

    /// <summary>A vCPU may end idle, absent if it began so, or running or halted with nothing requested; requests may leave their Idle flag behind.</summary>
    private string? CheckVcpus(FinalMemory memory)
    {
        for (int id = 0; id < _vcpus; id++)
        {
            VcpuState state = (VcpuState)memory[&Vcpus[id].State];
            uint requests = memory[&Vcpus[id].Requests];
            if (state == VcpuState.Frozen)
            {
                return $"vcpu {id} is left {state}";
            }

            if (state is VcpuState.Running or VcpuState.Sleeping && requests != 0)
            {
                return $"vcpu {id} stays {state} although 0x{requests:X} is requested of it";
            }

            if ((requests >> 16) != 0)
            {
                return $"vcpu {id} still counts an ejector";
            }

            if (state != VcpuState.Absent && memory[&Locks->VcpuCount] <= id)
            {
                return $"vcpu {id} exists but the count is {memory[&Locks->VcpuCount]}";
            }
        }

        return null;
    }
}
