using VmmEngine.Abi.Kvm;

namespace VmmEngine.Kvm;

/// <summary>The model-specific registers that a vCPU's state consists of.</summary>
internal static unsafe class KvmMsrIndex
{
    private const int Capacity = 1024;

    // KVM's and Hyper-V's own, which no guest of the engine is told of.
    private const uint HypervisorPages = 0x4B56_4D00;
    private const uint HyperVPages = 0x4000_0000;
    private const uint PageMask = 0xFFFF_FF00;

    /// <summary>What KVM_GET_MSR_INDEX_LIST says, less what is not the guest's; in an order in which they can be set.</summary>
    /// <exception cref="Backends.BackendUnavailableException">KVM refuses.</exception>
    public static uint[] Read(KvmSystem system)
    {
        uint* memory = stackalloc uint[1 + Capacity];
        kvm_msr_list* list = (kvm_msr_list*)memory;
        list->nmsrs = Capacity;
        if (LibC.Ioctl(system.Descriptor, KvmSystemWords.KVM_GET_MSR_INDEX_LIST, list) != 0)
        {
            throw KvmVm.Refusal("KVM_GET_MSR_INDEX_LIST", LibC.LastError);
        }

        return [.. new ReadOnlySpan<uint>(memory + 1, (int)list->nmsrs).ToArray().Where(IsGuests)];
    }

    // The deadline is the local APIC's.
    private static bool IsGuests(uint number) =>
        (number & PageMask) is not (HypervisorPages or HyperVPages) && number is not Msr.TscDeadline;
}
