using VmmEngine.Guests.Lockstep;
using VmmEngine.Kvm;
using VmmEngine.Platform;

namespace VmmEngine.SoftX86.Tests.Lockstep;

/// <summary>The sides of comparisons.</summary>
internal static class Machines
{
    /// <summary>The software vCPU with the engine's interrupt controller and timer.</summary>
    public static LockstepMachine Software() => Software(new InstructionClock(), oneByOne: false);

    /// <summary>The software vCPU, and every port access comes back.</summary>
    public static LockstepMachine BareSoftware() => Software() with { Clock = null };

    /// <summary>The software vCPU with every instruction in a block of its own, so that its budget is exact.</summary>
    public static LockstepMachine SteppedSoftware() => Software(new InstructionClock(), oneByOne: true);

    /// <summary>The same, and every port access comes back.</summary>
    public static LockstepMachine BareSteppedSoftware() => SteppedSoftware() with { Clock = null };

    /// <summary>KVM with interrupt controllers and timer.</summary>
    public static LockstepMachine Kvm()
    {
        HostClock clock = new();
        return new(new KvmBackendFactory(new KvmOptions { Clock = clock }), clock);
    }

    /// <summary>KVM without, so that HLT and every port access come back.</summary>
    public static LockstepMachine BareKvm() => new(new KvmBackendFactory(new KvmOptions { KernelIrqchip = false }));

    private static LockstepMachine Software(InstructionClock clock, bool oneByOne) =>
        new(new SoftBackendFactory(new SoftOptions { Clock = clock, OneInstructionBlocks = oneByOne }), clock);
}
