using VmmEngine.Abi.Kvm;
using VmmEngine.Backends;
using VmmEngine.Tests.Shared;
using Xunit;

namespace VmmEngine.Kvm.Tests;

/// <summary>What an interface wants its guests to see is what KVM is told.</summary>
public sealed class ProcessorViewTests
{
    private const uint Monitor = 1 << 3;
    private const uint Hypervisor = 1u << 31;
    private const uint MachineCheck = 1 << 7;

    [KvmFact]
    public void ChangedLeavesAreChangedAndNewOnesAreAdded()
    {
        using KvmSystem system = new(new KvmOptions());
        using KvmCpuid cpuid = new(system, kernelIrqchip: false, new GuestProcessor
        {
            Cpuid =
            [
                new CpuidChange(1, new CpuidWords(0, 0, Monitor, MachineCheck), new CpuidWords(0, 0, Hypervisor, 0)),
                CpuidChange.Replace(0x4000_0000, new CpuidWords(1, 2, 3, 4)),
            ],
        });

        kvm_cpuid_entry2 features = Assert.Single(cpuid.Leaves.ToArray(), leaf => leaf.function == 1);
        Assert.Equal((Hypervisor, 0u), (features.ecx & (Monitor | Hypervisor), features.edx & MachineCheck));
        kvm_cpuid_entry2 added = Assert.Single(cpuid.Leaves.ToArray(), leaf => leaf.function == 0x4000_0000);
        Assert.Equal((1u, 2u, 3u, 4u), (added.eax, added.ebx, added.ecx, added.edx));
    }
}
