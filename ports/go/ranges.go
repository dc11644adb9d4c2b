package dashstream

import (
	"slices"
	"sort"
)

// span is a range of sequence numbers, both ends inclusive.
type span struct{ first, last uint64 }

// ranges are spans in ascending order that do not touch.
type ranges []span

// append adds numbers behind all others; ranges that touch are one.
func (r *ranges) append(s span) {
	if n := len(*r); n > 0 && (*r)[n-1].last+1 == s.first {
		(*r)[n-1].last = s.last
		return
	}
	*r = append(*r, s)
}

// holding gives the place of the span that holds all of s, or -1.
func (r ranges) holding(s span) int {
	i := r.from(s.first)
	if i < len(r) && r[i].first <= s.first && s.last <= r[i].last {
		return i
	}
	return -1
}

// touching says whether a number of s is in any span.
func (r ranges) touching(s span) bool {
	i := r.from(s.first)
	return i < len(r) && r[i].first <= s.last
}

// from gives the place of the first span that ends at a number or behind it.
func (r ranges) from(number uint64) int {
	return sort.Search(len(r), func(i int) bool { return r[i].last >= number })
}

// remove takes away every number of s, and says how many there were.
func (r *ranges) remove(s span) (count uint64) {
	list := *r
	begin := list.from(s.first)
	end := begin
	var rest []span // two at most
	for ; end < len(list) && list[end].first <= s.last; end++ {
		one := list[end]
		cut := span{max(one.first, s.first), min(one.last, s.last)}
		count += cut.last - cut.first + 1
		if one.first < cut.first {
			rest = append(rest, span{one.first, cut.first - 1})
		}
		if one.last > cut.last {
			rest = append(rest, span{cut.last + 1, one.last})
		}
	}
	*r = slices.Replace(list, begin, end, rest...)
	return count
}
