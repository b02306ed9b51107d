using Iced.Intel;

namespace VmmEngine.SoftX86.Tests.Oracle;

/// <summary>One instruction form: an encoding, with a register or a memory operand, and possibly a prefix.</summary>
internal sealed record InstructionForm(Code Code, bool Memory, FormPrefix Prefix)
{
    /// <summary>As the manual writes it, for messages.</summary>
    public override string ToString() =>
        $"{(Prefix == FormPrefix.None ? "" : $"{Prefix.ToString().ToUpperInvariant()} ")}{Code.ToOpCode().ToInstructionString()}{(Memory ? " (memory)" : "")}";
}

/// <summary>A prefix that makes another form.</summary>
internal enum FormPrefix
{
    None,
    Lock,
    Rep,
    Repne,
}
