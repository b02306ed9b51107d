using System.Globalization;
using Iced.Intel;

namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>A piece of a random block: one instruction, or a few that belong together.</summary>
/// <param name="Bytes">Its code; of a jump only the opcode.</param>
/// <param name="Text">For messages.</param>
/// <param name="FlagsRead">Status flags that it needs.</param>
/// <param name="FlagsWritten">Status flags that it always gives a defined value.</param>
/// <param name="FlagsUndefined">Status flags that it may leave undefined.</param>
/// <param name="Skips">Not 0: a conditional jump over so many units, as far as there are so many.</param>
internal sealed record BlockUnit(byte[] Bytes, string Text, ulong FlagsRead, ulong FlagsWritten, ulong FlagsUndefined, int Skips = 0)
{
    private const ulong Carry = 1, Adjust = 0x10, Overflow = 0x800;
    private const ulong StatusFlags = UndefinedResults.Compared & ~0x400ul;
    private const byte ShortJump = 0x70;

    /// <summary>From an instruction and its encoding.</summary>
    public static BlockUnit Of(in Instruction instruction, byte[] bytes)
    {
        ulong read = UndefinedResults.FromRflags(instruction.RflagsRead);
        string text = instruction.ToString();
        return instruction.Mnemonic switch
        {
            // A count of 0, or of more than the operand has bits, is known only when it executes.
            Mnemonic.Shl or Mnemonic.Sal or Mnemonic.Shr or Mnemonic.Shld or Mnemonic.Shrd =>
                new(bytes, text, read, FlagsWritten: 0, Carry | Adjust | Overflow),
            Mnemonic.Sar => new(bytes, text, read, FlagsWritten: 0, Adjust | Overflow),
            Mnemonic.Rol or Mnemonic.Ror or Mnemonic.Rcl or Mnemonic.Rcr => new(bytes, text, read, FlagsWritten: 0, Overflow),
            _ => new(bytes, text, read, UndefinedResults.FromRflags(instruction.RflagsModified), UndefinedResults.FromRflags(instruction.RflagsUndefined)),
        };
    }

    /// <summary>A jump over the next units if a condition holds, 0 to 15 as they are encoded.</summary>
    public static BlockUnit Jump(int condition, int skips) =>
        new([(byte)(ShortJump + condition)], string.Create(CultureInfo.InvariantCulture, $"jcc {condition:x}, over {skips}"), ReadBy(condition), 0, 0, skips);

    /// <summary>All status flags through PUSHF into RAX, RCX, RDX or RBX: pushfq; pop; and reg, 0xCD5.</summary>
    public static BlockUnit PushFlags(int register) => new(
        [0x9C, (byte)(0x58 + register), 0x48, 0x81, (byte)(0xE0 + register), 0xD5, 0x0C, 0, 0],
        string.Create(CultureInfo.InvariantCulture, $"pushfq, pop r{register}, and"),
        StatusFlags,
        StatusFlags & ~Adjust,
        Adjust);

    private static ulong ReadBy(int condition)
    {
        Instruction probe = default;
        probe.Code = Code.Jo_rel8_64 + (3 * condition);
        return UndefinedResults.FromRflags(probe.RflagsRead);
    }
}
