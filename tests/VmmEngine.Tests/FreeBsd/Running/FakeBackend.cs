using System.Runtime.InteropServices;
using VmmEngine.Abi.FreeBsd;
using VmmEngine.Backends;
using VmmEngine.Locks;
using VmmEngine.Memory;
using VmmEngine.Platform;
using VmmEngine.RunLoop;
using Xunit;

namespace VmmEngine.Tests.FreeBsd.Running;

/// <summary>A back end without a processor, around the product's run loop.</summary>
internal sealed unsafe class FakeBackend(in BackendRequest request, InterruptController? interrupts) : VmBackend(in request)
{
    public override string Name => "fake";

    public override delegate*<Vcpu*, void> Kick => &KickVcpu;

    public override InterruptController Interrupts { get; } = interrupts ?? new NoInterrupts();

    public override ExitControls SupportedControls => ExitControls.Pause | ExitControls.Breakpoint;

    /// <summary>What is shown to the guest.</summary>
    public List<(ulong Address, ulong Length, MemoryProtection Protection)> Shown { get; } = [];

    /// <summary>Host writes that it was told of.</summary>
    public List<(ulong Address, ulong Length)> Written { get; } = [];

    public bool RefusesToMap { get; set; }

    public bool IsDisposed { get; private set; }

    public int Resets { get; private set; }

    public static FakeVcpu* Of(Vcpu* vcpu) => (FakeVcpu*)vcpu->Backend;

    public override int Map(Gpa address, Hva host, ulong length, MemoryProtection protection)
    {
        if (RefusesToMap)
        {
            return Errno.EINVAL;
        }

        Shown.Add((address.Value, length, protection));
        return 0;
    }

    public override void Unmap(Gpa address, ulong length) =>
        Assert.Equal(1, Shown.RemoveAll(shown => shown.Address == address.Value && shown.Length == length));

    public override void MemoryWritten(Gpa address, ulong length) => Written.Add((address.Value, length));

    public override int Prepare(Vcpu* vcpu)
    {
        FakeVcpu* fake = (FakeVcpu*)NativeMemory.AllocZeroed((nuint)sizeof(FakeVcpu));
        PowerOn(fake);
        Volatile.Write(ref *(nint*)&vcpu->Backend, (nint)fake);
        return 0;
    }

    public override int Reset(Vcpu* vcpu)
    {
        Resets++;
        *Of(vcpu) = default;
        PowerOn(Of(vcpu));
        return 0;
    }

    public override int ReadRegisters(Vcpu* vcpu, RegisterGroups groups, ref CpuRegisters registers)
    {
        FakeCpu.Complete(Of(vcpu));
        registers = Of(vcpu)->Registers;
        return 0;
    }

    // Only the groups asked for are written, so that a caller which names too few loses its values.
    public override int WriteRegisters(Vcpu* vcpu, RegisterGroups groups, in CpuRegisters registers)
    {
        FakeCpu.Complete(Of(vcpu));
        if ((groups & RegisterGroups.System) != 0 && (registers.Cr0 & 0x8000_0001) == 0x8000_0000)
        {
            return Errno.EINVAL;
        }

        ref CpuRegisters own = ref Of(vcpu)->Registers;
        CpuRegisters before = own;
        own = registers;
        if ((groups & RegisterGroups.General) == 0)
        {
            new ReadOnlySpan<byte>(&before, 18 * sizeof(ulong)).CopyTo(MemoryMarshal.AsBytes(MemoryMarshal.CreateSpan(ref own, 1)));
        }

        return 0;
    }

    public override int Inject(Vcpu* vcpu, in VcpuEvent what)
    {
        if (Of(vcpu)->HasEvent)
        {
            return Errno.EBUSY;
        }

        Of(vcpu)->HasEvent = true;
        Of(vcpu)->Event = what;
        return 0;
    }

    public override bool TakeEvent(Vcpu* vcpu, out VcpuEvent what)
    {
        bool had = Of(vcpu)->HasEvent;
        what = had ? Of(vcpu)->Event : default;
        Of(vcpu)->HasEvent = false;
        return had;
    }

    public override void InjectNmi(Vcpu* vcpu) => Interlocked.Increment(ref Of(vcpu)->Nmis);

    public override int Control(Vcpu* vcpu, ExitControls controls)
    {
        Of(vcpu)->Controls = controls;
        return 0;
    }

    public override void EndHalt(Vcpu* vcpu)
    {
    }

    /// <inheritdoc/>
    public override RunResult Run(Vcpu* vcpu, in RunContext context, out VcpuExit* exit) =>
        RunLoop<FakeCpu>.Run(vcpu, new FakeCpu(Of(vcpu)), in context, StatisticsOf(vcpu->Id), out exit);

    public override void Restart(Vcpu* vcpu) => Of(vcpu)->IsPending = false;

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        VmLocks* locks = LockMemory.Locks;
        for (uint id = 0; id < locks->VcpuLimit; id++)
        {
            NativeMemory.Free(locks->Vcpus[id].Backend);
            locks->Vcpus[id].Backend = null;
        }
    }

    private static void PowerOn(FakeVcpu* fake)
    {
        fake->Registers.Cr0 = 0x10;
        fake->Registers.Rip = 0xFFF0;
        fake->Registers.Cs.Base = 0xFFFF_0000;
    }

    private static void KickVcpu(Vcpu* vcpu) => Volatile.Write(ref Of(vcpu)->Kicked, 1);

    private sealed class NoInterrupts : InterruptController
    {
        public override void SetLine(int line, bool asserted)
        {
        }

        public override int Acknowledge(int vcpu) => -1;

        public override bool HasInterrupt(int vcpu) => false;
    }
}

/// <summary>Makes fake back ends, and remembers the last.</summary>
internal sealed unsafe class FakeBackendFactory : BackendFactory
{
    public FakeBackend? Last { get; private set; }

    public string? Refusal { get; set; }

    /// <summary>The controllers of VMs; null: none.</summary>
    public InterruptController? Interrupts { get; init; }

    public override string Name => "fake";

    public override VmBackend Create(in BackendRequest request) =>
        Refusal is null ? Last = new FakeBackend(in request, Interrupts) : throw new BackendUnavailableException(Refusal);
}
