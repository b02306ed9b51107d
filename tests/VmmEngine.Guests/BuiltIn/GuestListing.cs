using System.Globalization;
using System.Text;
using Iced.Intel;

namespace VmmEngine.Guests.BuiltIn;

/// <summary>Writes the built-in guest as a C# file: every instruction's bytes with the instruction beside them.</summary>
public static class GuestListing
{
    private const int BytesColumn = 72;

    /// <summary>The text of BuiltInGuestCode.cs.</summary>
    public static string Write(AssembledGuest guest, ulong address)
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $$"""
            namespace VmmEngine.Guests;

            /// <summary>The built-in guest's code and data.</summary>
            /// <remarks>
            /// Written by a test from tests/VmmEngine.Guests/BuiltIn/BuiltInGuestProgram.cs, and compared with it by the same test: change it there, then
            /// run the tests of VmmEngine.Tests with VMMENGINE_UPDATE=1.
            /// </remarks>
            internal static class BuiltInGuestCode
            {
                /// <summary>Offset of vCPU 0's first instruction.</summary>
                public const uint Entry0 = 0x{{guest.Entry0:X}};

                /// <summary>Offset of vCPU 1's first instruction.</summary>
                public const uint Entry1 = 0x{{guest.Entry1:X}};

                /// <summary>Code, then data.</summary>
                public static ReadOnlySpan<byte> Bytes =>
                [

            """);
        WriteCode(text, guest, address);
        WriteData(text, guest.Bytes.AsSpan(guest.DataOffset), address + (ulong)guest.DataOffset);
        return text.Append("    ];\n}\n").ToString();
    }

    private static void WriteCode(StringBuilder text, AssembledGuest guest, ulong address)
    {
        Iced.Intel.Decoder decoder = Iced.Intel.Decoder.Create(64, new ByteArrayCodeReader(guest.Bytes, 0, guest.DataOffset), address);
        NasmFormatter formatter = new();
        StringOutput output = new();
        int offset = 0;
        while (offset < guest.DataOffset)
        {
            Instruction instruction = decoder.Decode();
            formatter.Format(instruction, output);
            WriteLine(text, guest.Bytes.AsSpan(offset, instruction.Length), $"{instruction.IP:X} {output.ToStringAndReset()}");
            offset += instruction.Length;
        }
    }

    private static void WriteData(StringBuilder text, ReadOnlySpan<byte> data, ulong address)
    {
        for (int offset = 0; offset < data.Length; offset += 8)
        {
            ReadOnlySpan<byte> row = data.Slice(offset, Math.Min(8, data.Length - offset));
            string characters = Encoding.Latin1.GetString(row);
            string printable = string.Concat(characters.Select(character => character is >= ' ' and <= '~' ? character : '.'));
            WriteLine(text, row, $"{address + (ulong)offset:X} \"{printable}\"");
        }
    }

    private static void WriteLine(StringBuilder text, ReadOnlySpan<byte> bytes, string comment)
    {
        int start = text.Length;
        text.Append("        ");
        foreach (byte value in bytes)
        {
            text.Append(CultureInfo.InvariantCulture, $"0x{value:X2}, ");
        }

        text.Append(' ', Math.Max(0, BytesColumn - (text.Length - start))).Append("// ").Append(comment.TrimEnd()).Append('\n');
    }
}
