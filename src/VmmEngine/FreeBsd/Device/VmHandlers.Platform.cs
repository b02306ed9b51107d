namespace VmmEngine.FreeBsd;

/// <content>The board that a guest finds itself on.</content>
public partial struct VmHandlers
{
    private const int IoApicPins = 32;

    /// <summary>VM_IOAPIC_PINCOUNT: how many pins the IO-APIC has.</summary>
    /// <returns>0.</returns>
    public static int GetIoApicPinCount(in VmCall call, ref int argument)
    {
        argument = IoApicPins;
        return 0;
    }
}
