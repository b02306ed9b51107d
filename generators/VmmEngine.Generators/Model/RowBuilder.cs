using VmmEngine.Generators.Diagnostics;
using VmmEngine.Generators.Facts;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.Model;

/// <summary>Looks up the words of one row: number, direction, struct, flags, attributes.</summary>
internal sealed class RowBuilder(RowSyntax row, HeaderModel header, CompilationFacts facts, TableSyntax table, ProblemList problems)
{
    private const string Absent = "-";
    private const string NoLocks = "NONE";

    public RowDraft Build()
    {
        int before = problems.Count;

        Name(row.Name);
        if (row.Handler.Text != Absent || !header.Outgoing)
        {
            Name(row.Handler);
        }

        Direction? direction = ReadDirection();
        byte? number = ReadNumber(direction);
        ArgumentModel? argument = ReadArgument();
        EquatableArray<FlagUse> flags = row.Flags.Text == Absent ? EquatableArray<FlagUse>.Empty : ReadFlags(row.Flags);
        RowAttributes attributes = ReadAttributes();
        EquatableArray<FlagUse>? relaxed = attributes.Relaxed is not { } set
            ? null
            : set.Text == NoLocks ? EquatableArray<FlagUse>.Empty : ReadFlags(set);

        return new RowDraft(row, number, direction, argument, flags, relaxed, attributes, problems.Count == before);
    }

    private void Name(Cell cell)
    {
        if (!Text.IsIdentifier(cell.Text))
        {
            problems.Add(Descriptors.BadName, cell, cell.Text);
        }
    }

    private Direction? ReadDirection()
    {
        Direction? direction = Directions.Parse(row.Direction.Text);
        if (direction is null)
        {
            problems.Add(Descriptors.UnknownDirection, row.Direction, row.Direction.Text, Suggestion.For(row.Direction.Text, Directions.Spellings));
        }

        return direction;
    }

    private byte? ReadNumber(Direction? direction)
    {
        bool absent = row.Number.Text == Absent;
        if (absent || direction == Direction.Operation)
        {
            if (direction is { } known && absent != (known == Direction.Operation))
            {
                problems.Add(Descriptors.BadNumber, row.Number, row.Number.Text, "an operation has '-' for number and direction, a command for neither");
            }

            return null;
        }

        if (!Text.TryParseNumber(row.Number.Text, out long number))
        {
            problems.Add(Descriptors.BadNumber, row.Number, row.Number.Text, "write it in decimal or as 0x and hexadecimal digits");
            return null;
        }

        if (number > byte.MaxValue)
        {
            problems.Add(Descriptors.NumberTooLarge, row.Number, row.Number.Text);
            return null;
        }

        return (byte)number;
    }

    private ArgumentModel? ReadArgument()
    {
        string name = row.Argument.Text;
        if (name == Absent)
        {
            return null;
        }

        if (FactsRequest.IntegerSize(name) is { } size)
        {
            string? id = name == "int" && header is { LeadsWithVcpu: true, LeadsWithVm: false } ? "argument" : null;
            return new ArgumentModel(new TypeName("", name), false, size, null, id);
        }

        if (Text.IsKeyword(name))
        {
            problems.Add(Descriptors.BadName, row.Argument, name);
            return null;
        }

        StructFacts? known = facts.Struct(name);
        if (known?.Namespace is null)
        {
            string searched = table.Header(HeaderKeys.Arguments) is { } arguments
                ? string.Join(", ", arguments.Values.Select(value => value.Text))
                : "any namespace, for the header has no 'arguments' line";
            problems.Add(Descriptors.UnknownStruct, row.Argument, name, searched, known?.Nearest ?? "");
            return null;
        }

        if (known.NotBlittable is { } reason)
        {
            problems.Add(Descriptors.NotBlittable, row.Argument, name, reason);
            return null;
        }

        return new ArgumentModel(
            new TypeName(known.Namespace, name),
            known.Ambiguous,
            known.Size is >= 0 and <= int.MaxValue ? (int)known.Size : int.MaxValue,
            header.LeadsWithVm ? ArgumentIds.VmId(known) : null,
            header.LeadsWithVcpu ? ArgumentIds.VcpuId(known, header.LeadsWithVm) : null);
    }

    private EquatableArray<FlagUse> ReadFlags(Cell cell)
    {
        List<FlagUse> flags = [];
        foreach (Cell word in cell.Split('|'))
        {
            if (FlagFacts.Parse(word.Text) is not { } known)
            {
                problems.Add(Descriptors.UnknownFlag, word, word.Text, Suggestion.For(word.Text, FlagFacts.Spellings));
            }
            else if (flags.Any(flag => flag.Facts == known))
            {
                problems.Add(Descriptors.RepeatedFlag, word, word.Text);
            }
            else
            {
                flags.Add(new FlagUse(known, word));
            }
        }

        return flags.ToEquatableArray();
    }

    private RowAttributes ReadAttributes()
    {
        RowAttributes attributes = new(null, null, null, null, null, null);
        foreach (Cell cell in row.Attributes)
        {
            int equals = cell.Text.IndexOf('=');
            Cell value = equals < 0 ? cell : cell.Slice(equals + 1, cell.Text.Length - equals - 1);
            string key = equals < 0 ? cell.Text : cell.Text.Substring(0, equals + 1);
            switch (key)
            {
                case "not-yet":
                    attributes = attributes with { NotYet = cell };
                    break;

                case "goes-last":
                    attributes = attributes with { GoesLast = cell };
                    break;

                case "on=" when value.Text == "vm":
                    attributes = attributes with { OnVm = value };
                    break;

                case "relaxed=" when value.Text.Length > 0:
                    attributes = attributes with { Relaxed = value };
                    break;

                case "option=" when Text.IsIdentifier(value.Text):
                    attributes = attributes with { Option = value };
                    break;

                case "may-need=" when Text.IsIdentifier(value.Text):
                    attributes = attributes with { MayNeed = value };
                    break;

                default:
                    string[] known = ["not-yet", "goes-last", "on=vm", "relaxed=", "option=", "may-need="];
                    problems.Add(Descriptors.BadAttribute, cell, cell.Text, known.Contains(key) ? " A value is expected." : Suggestion.For(key, known));
                    break;
            }
        }

        return attributes;
    }
}
