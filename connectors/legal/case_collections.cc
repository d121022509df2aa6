#include "connectors/legal/case_collections.h"

namespace connectors::legal {

const std::vector<Collection>& Collections() {
  static const std::vector<Collection> all{
      {"court",
       "prec",
       "판례일련번호",
       "사건번호",
       "법원명",
       "선고일자",
       "사건명",
       "prncYd",
       {"PrecService"},
       {"판결요지", "판시사항"},
       "참조조문"},
      {"constitutional",
       "detc",
       "헌재결정례일련번호",
       "사건번호",
       "",
       "종국일자",
       "사건명",
       "edYd",
       {"DetcService"},
       {"결정요지", "판시사항"},
       "참조조문"},
      {"interpretation",
       "expc",
       "법령해석례일련번호",
       "안건번호",
       "회신기관명",
       "회신일자",
       "안건명",
       "explYd",
       {"ExpcService"},
       {"회답", "질의요지"},
       ""},
      // The body of an appeal really comes under PrecService.
      {"appeal",
       "decc",
       "행정심판재결례일련번호",
       "사건번호",
       "재결청",
       "의결일자",
       "사건명",
       "rslYd",
       {"PrecService", "DeccService"},
       {"재결요지", "주문"},
       ""},
  };
  return all;
}

}  // namespace connectors::legal
