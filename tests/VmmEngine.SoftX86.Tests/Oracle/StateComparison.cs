using System.Runtime.InteropServices;
using Iced.Intel;

namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>Compares two states after the same instruction.</summary>
internal static unsafe class StateComparison
{
    private static readonly string[] s_general =
        ["RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI", "R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15"];

    /// <summary>What differs, one line each, or nothing.</summary>
    public static List<string> Compare(
        in Instruction instruction,
        in MachineState before,
        in MachineState expected,
        ReadOnlySpan<byte> expectedData,
        in MachineState actual,
        ReadOnlySpan<byte> actualData)
    {
        return UndefinedResults.Destination(instruction, before)
            ? []
            : Compare(UndefinedResults.Flags(instruction, before), UndefinedResults.FpuStatus(instruction), expected, expectedData, actual, actualData);
    }

    /// <summary>The same where <paramref name="undefinedFlags"/> of RFLAGS and <paramref name="undefinedStatus"/> of the x87 status are undefined.</summary>
    public static List<string> Compare(
        ulong undefinedFlags,
        ushort undefinedStatus,
        in MachineState expected,
        ReadOnlySpan<byte> expectedData,
        in MachineState actual,
        ReadOnlySpan<byte> actualData)
    {
        List<string> differences = [];
        for (int i = 0; i < 16; i++)
        {
            if (i != 4)
            {
                Check(differences, s_general[i], expected.General[i], actual.General[i]);
            }
        }

        ulong flags = UndefinedResults.Compared & ~undefinedFlags;
        Check(differences, "RFLAGS", expected.Rflags & flags, actual.Rflags & flags);
        Check(differences, "FCW", expected.Fx.Control, actual.Fx.Control);
        int status = ~undefinedStatus;
        Check(differences, "FSW", (ushort)(expected.Fx.Status & status), (ushort)(actual.Fx.Status & status));
        Check(differences, "FTW", expected.Fx.Valid, actual.Fx.Valid);
        Check(differences, "MXCSR", expected.Fx.Mxcsr, actual.Fx.Mxcsr);
        UInt128 eighty = (UInt128.One << 80) - 1;
        for (int i = 0; i < 8; i++)
        {
            Check(differences, $"ST({i})", expected.Fx.Stack[i] & eighty, actual.Fx.Stack[i] & eighty);
        }

        for (int i = 0; i < 16; i++)
        {
            Check(differences, $"XMM{i}", expected.Fx.Xmm[i], actual.Fx.Xmm[i]);
        }

        if (expectedData.CommonPrefixLength(actualData) is int common && common < expectedData.Length)
        {
            int at = common & ~15;
            Check(differences, $"memory +0x{at:x}", MemoryMarshal.Read<UInt128>(expectedData[at..]), MemoryMarshal.Read<UInt128>(actualData[at..]));
        }

        return differences;
    }

    private static void Check(List<string> differences, string name, UInt128 expected, UInt128 actual)
    {
        if (expected != actual)
        {
            differences.Add($"{name}: expected 0x{expected:x}, got 0x{actual:x}");
        }
    }
}
