namespace VmmEngine.SoftX86.Tests.SystemInstructions;

/// <summary>The global descriptor table of the tests.</summary>
internal static class Selectors
{
    public const ushort Code32 = 0x08, Data = 0x10, UserCode32 = 0x1B, UserData = 0x23, Code64 = 0x28, UserCode64 = 0x33;
    public const ushort Code16 = 0x38, Data16 = 0x40, ConformingCode = 0x48, AbsentData = 0x50, ReadOnlyData = 0x58, ExecuteOnly = 0x60;
    public const ushort AbsentCode = 0x68, Data1 = 0x71, Tss = 0x78, OtherTss = 0x88, Ldt = 0x98, Gate = 0xA8, SmallCode = 0xB8, AbsentStack = 0xC0;
    public const ushort TableLimit = 0xC7, Beyond = 0xC8;

    /// <summary>Writes it.</summary>
    public static void WriteTable(SystemMachine machine, bool wide)
    {
        uint big = Descriptors.Big;
        machine.Describe(Code32, Descriptors.Flat(Descriptors.Code | big));
        machine.Describe(Data, Descriptors.Flat(Descriptors.Data | big));
        machine.Describe(UserCode32, Descriptors.Flat(Descriptors.Code | big, 3));
        machine.Describe(UserData, Descriptors.Flat(Descriptors.Data | big, 3));
        machine.Describe(Code64, Descriptors.Flat(Descriptors.Code | Descriptors.Long));
        machine.Describe(UserCode64, Descriptors.Flat(Descriptors.Code | Descriptors.Long, 3));
        machine.Describe(Code16, Descriptors.Segment(0, 0xFFFF, Descriptors.Code | Descriptors.Present));
        machine.Describe(Data16, Descriptors.Segment(0, 0xFFFF, Descriptors.Data | Descriptors.Present));
        machine.Describe(ConformingCode, Descriptors.Flat(Descriptors.Conforming | (wide ? Descriptors.Long : big)));
        machine.Describe(AbsentData, Descriptors.Segment(0, 0xF_FFFF, Descriptors.Data, 3));
        machine.Describe(ReadOnlyData, Descriptors.Flat(Descriptors.ReadOnly | big, 3));
        machine.Describe(ExecuteOnly, Descriptors.Flat(Descriptors.ExecuteOnly | big, 3));
        machine.Describe(AbsentCode, Descriptors.Segment(0, 0xF_FFFF, Descriptors.Code | (wide ? Descriptors.Long : big)));
        machine.Describe(Data1, Descriptors.Flat(Descriptors.Data | big, 1));
        machine.Describe(Tss, Descriptors.Segment(SystemMachine.Tss, 0x67, SystemTypes.BusyTss32 | Descriptors.Present));
        machine.Describe(OtherTss, Descriptors.Segment(SystemMachine.OtherTss, 0x67, SystemTypes.Tss32 | Descriptors.Present));
        machine.Describe(Ldt, Descriptors.Segment(SystemMachine.Ldt, 0xFF, SystemTypes.Ldt | Descriptors.Present));
        machine.Describe(SmallCode, Descriptors.Segment(0, 0xFFF, Descriptors.Code | big | Descriptors.Present));
        machine.Describe(AbsentStack, Descriptors.Segment(0, 0xF_FFFF, Descriptors.Data));
    }
}
