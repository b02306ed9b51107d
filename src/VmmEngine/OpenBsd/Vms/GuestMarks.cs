using VmmEngine.Backends;

namespace VmmEngine.OpenBsd;

/// <summary>What guests find of the system below them: a signature, the clock's bits, and a processor without what the interface has not.</summary>
internal static class GuestMarks
{
    private const uint Features = 1;
    private const uint Signature = 0x4000_0000;
    private const uint ClockFeatures = 0x4000_0001;
    private const uint SoftwaresOwn = 0x4000_0010;
    private const uint ExtendedFeatures = 0x8000_0001;

    // ECX of leaf 1: monitor, vmx, pcid, x2apic, TSC deadline (a local APIC's); and the bit that tells a guest to look for the signature.
    private const uint HiddenEcx = (1u << 3) | (1u << 5) | (1u << 17) | (1u << 21) | (1u << 24);
    private const uint HypervisorPresent = 1u << 31;

    // EDX of leaf 1: mce, apic, mtrr, mca, htt.
    private const uint HiddenEdx = (1u << 7) | (1u << 9) | (1u << 12) | (1u << 14) | (1u << 28);

    // ECX of the extended features: svm.
    private const uint HiddenExtendedEcx = 1u << 2;

    // The bits by which Linux, too, knows this clock: its register's number, and that it never goes back.
    private const uint ClockSource2 = 1u << 3;
    private const uint ClockIsStable = 1u << 24;

    /// <summary>The processor of every VM, in both revisions.</summary>
    public static GuestProcessor Processor { get; } = new()
    {
        Cpuid =
        [
            new CpuidChange(Features, new CpuidWords(0, 0, HiddenEcx, HiddenEdx), new CpuidWords(0, 0, HypervisorPresent, 0)),
            CpuidChange.Replace(Signature, new CpuidWords(ClockFeatures, Word("Open"u8), Word("BSDV"u8), Word("MM58"u8))),
            CpuidChange.Replace(ClockFeatures, new CpuidWords(ClockSource2 | ClockIsStable, 0, 0, 0)),
            CpuidChange.Replace(SoftwaresOwn, default),
            new CpuidChange(ExtendedFeatures, new CpuidWords(0, 0, HiddenExtendedEcx, 0), default),
        ],
        HasLocalApic = false,
        InterfaceMsr = PvClock.Msr,
    };

    private static uint Word(ReadOnlySpan<byte> text) => BitConverter.ToUInt32(text);
}
